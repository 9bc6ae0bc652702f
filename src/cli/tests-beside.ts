import { spawn } from "node:child_process";
import { stat } from "node:fs/promises";
import { basename, dirname, extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { withPythonSdk } from "../config/python-sdk.ts";
import { MagpieError } from "../core/errors.ts";
import type { CliDeps } from "./deps.ts";

export interface TestsBeside {
  /** Its name, in the folder of the plugin. */
  readonly file: string;
  readonly passed: boolean;
  /** What the runner wrote. */
  readonly output: string;
}

/**
 * Runs the tests that lie beside a plugin's file: for `plugin.ts` those in `plugin.test.ts`, with Node's own runner; for `plugin.py`
 * those in `test_plugin.py`, with unittest. Undefined when there are none. Throws MGP_PLUGIN_NOT_FOUND when Python is missing.
 */
export async function runTestsBeside(
  pluginFile: string,
  env: CliDeps["env"],
): Promise<TestsBeside | undefined> {
  const extension = extname(pluginFile);
  const name = basename(pluginFile, extension);
  const isPython = extension === ".py";
  const file = isPython ? `test_${name}.py` : `${name}.test${extension}`;
  const folder = dirname(pluginFile);
  const found = await stat(join(folder, file)).catch(() => undefined);
  if (!found?.isFile()) return undefined;
  const command = isPython
    ? ["python3", "-B", "-m", "unittest", `test_${name}`]
    : [process.execPath, ...nodeArguments(), join(folder, file)];
  return { file, ...(await run(command, folder, isPython ? withPythonSdk(env) : env)) };
}

function nodeArguments(): readonly string[] {
  const runner = import.meta.url.endsWith(".ts") ? "run-test-file-from-source.mjs" : "run-test-file.js";
  return ["--test-reporter=spec", fileURLToPath(new URL(`../testing/${runner}`, import.meta.url))];
}

function run(
  [command = "", ...args]: readonly string[],
  cwd: string,
  env: CliDeps["env"],
): Promise<Omit<TestsBeside, "file">> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd, env: { ...env }, stdio: ["ignore", "pipe", "pipe"] });
    let output = "";
    const collect = (text: string) => {
      output += text;
    };
    child.stdout.setEncoding("utf8").on("data", collect);
    child.stderr.setEncoding("utf8").on("data", collect);
    child.on("error", (cause) =>
      reject(
        new MagpieError("MGP_PLUGIN_NOT_FOUND", `${command} cannot be started: ${cause.message}`, { cause }),
      ),
    );
    child.on("close", (code) => resolve({ passed: code === 0, output: output.trim() }));
  });
}
