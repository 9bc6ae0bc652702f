import { type ExternalPlugin, isExternal } from "../core/plugin.ts";
import { defaultStageOptions } from "../core/stage-options.ts";
import type { Env } from "./expand-env.ts";
import { resolveExec } from "./resolve-exec.ts";

export interface ProgramSurroundings {
  /** Absolute; where the program runs, and relative paths in its command start. */
  readonly folder: string;
  /** What it gets as its environment, with the folder of the Python SDK added: `process.env`, say. */
  readonly env: Env;
  /** Milliseconds until it has said what it is. Default: 60,000. */
  readonly startTimeoutMs?: number;
  /** Default: 2 GiB. */
  readonly maxMemoryBytes?: number;
}

/**
 * The plugin that a program says it is, as `exec` in magpie.yaml has it; give it to `stage`. The program is started once for
 * that, and again when a pipeline runs. Throws MGP_PLUGIN_NOT_FOUND for a program or a file that is missing, MGP_PLUGIN_INVALID
 * for one that describes no plugin.
 */
export async function pluginFromProgram(
  command: readonly [string, ...string[]],
  surroundings: ProgramSurroundings,
): Promise<ExternalPlugin> {
  const { plugin } = await resolveExec(command, { ...defaultStageOptions, ...surroundings });
  if (!isExternal(plugin)) throw new TypeError("a program is no module");
  return plugin;
}
