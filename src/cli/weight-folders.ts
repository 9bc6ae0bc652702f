import { homedir } from "node:os";
import { join } from "node:path";
import type { WeightFolders } from "../model/weights/find-weights.ts";
import type { CliDeps } from "./deps.ts";

/** MAGPIE_MODELS, and a folder beside what other programs of this user can fetch again. */
export function weightFolders(env: CliDeps["env"]): WeightFolders {
  const base = env["XDG_CACHE_HOME"] || join(homedir(), ".cache");
  return { local: env["MAGPIE_MODELS"], cache: join(base, "magpie-stream", "models") };
}
