import type { ExternalPlugin } from "../core/plugin.ts";
import { ExecProcess, type ExecProcessOptions } from "./exec-process.ts";

/** Starts a program only to hear what plugin it is. Throws as {@link ExecProcess.start} does. */
export async function describeProgram(options: ExecProcessOptions): Promise<ExternalPlugin> {
  const process = await ExecProcess.start(options);
  await process.close();
  return process.plugin;
}
