import { delimiter } from "node:path";
import { fileURLToPath } from "node:url";
import { packageRoot } from "../package-root.ts";
import type { Env } from "./expand-env.ts";

/** An environment in which `import magpie_plugin` finds the SDK of this very version. */
export function withPythonSdk(env: Env): Env {
  const sdk = fileURLToPath(new URL("clients/python", packageRoot()));
  const own = env["PYTHONPATH"];
  return { ...env, PYTHONPATH: own === undefined || own === "" ? sdk : `${sdk}${delimiter}${own}` };
}
