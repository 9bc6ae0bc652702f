import type { Fault } from "./fault.ts";
import { start } from "./magpie.ts";

/** `magpie run --until-idle` with a fault. Gives the signal it died of, else its exit code and what it said. */
export async function runWithFault({ folder }: { readonly folder: string }, fault: Fault): Promise<string> {
  const args = [JSON.stringify(fault), "run", "--until-idle"];
  const ended = await start(folder, "dist/test/crash/child.js", args).ended;
  return ended.signal ?? `exit ${ended.code}: ${ended.stderr}`;
}
