import { isAbsolute } from "node:path";
import { fileURLToPath } from "node:url";
import { resolveExec } from "../../src/config/resolve-exec.ts";
import type { JsonObject } from "../../src/core/json.ts";
import type { Stage } from "../../src/core/stage.ts";
import { defaultStageOptions, type StageOptions } from "../../src/core/stage-options.ts";

const folder = fileURLToPath(new URL("programs", import.meta.url));

export const env = { PATH: process.env["PATH"] };

/** The plugin that a Python program says it is: one of those beside this file, or one with an absolute path. */
export function programOf(file: string, ...args: readonly string[]) {
  return resolveExec(["python3", isAbsolute(file) ? file : `./${file}`, ...args], {
    folder,
    env,
    ...defaultStageOptions,
  });
}

/** A stage of it, options as given over the defaults. */
export async function execStage(
  command: readonly [string, ...string[]],
  options: Partial<StageOptions> = {},
  config: JsonObject = {},
): Promise<Stage> {
  const { plugin, origin } = await programOf(...command);
  const id = plugin.meta.name;
  return { id, plugin, origin, config, options: { ...defaultStageOptions, workers: 1, ...options } };
}
