import { execFileSync, spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";

/** A command, and what is put before it. */
export type Command = readonly [string, ...string[]];

/** The command on one core only, as all others; unchanged where there is no `taskset`. */
export function onOneCore(command: Command): Command {
  const core = chosenCore();
  return core === undefined ? command : ["taskset", "-c", core, ...command];
}

/** Leaves this process, all its threads together, the same core. */
export function stayOnOneCore(): void {
  const core = chosenCore();
  if (core !== undefined)
    execFileSync("taskset", ["-acp", core, `${process.pid}`], { stdio: ["ignore", "ignore", "inherit"] });
}

/** The last core that this process may run on. */
function chosenCore(): string | undefined {
  if (spawnSync("taskset", ["--version"]).status !== 0) return undefined;
  return /^Cpus_allowed_list:.*?(\d+)$/m.exec(readFileSync("/proc/self/status", "utf8"))?.[1];
}
