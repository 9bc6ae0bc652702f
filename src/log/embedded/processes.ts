import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { hostname } from "node:os";

/** Names one process for as long as its host runs: process ids are used again, start times with them are not. */
export interface ProcessIdentity {
  readonly pid: number;
  /** As the operating system tells it; only ever compared. */
  readonly startTime: string;
  readonly host: string;
  /** Empty where the operating system has none. */
  readonly bootId: string;
}

/** This process, and a look at the others of this host. */
export interface Processes {
  readonly self: ProcessIdentity;
  /** Undefined when there is no such process, or only its unreaped remains. */
  startTimeOf(pid: number): string | undefined;
}

export function systemProcesses(): Processes {
  return {
    self: {
      pid: process.pid,
      startTime: startTimeOf(process.pid) ?? "",
      host: hostname(),
      bootId: readText("/proc/sys/kernel/random/boot_id")?.trim() ?? "",
    },
    startTimeOf,
  };
}

function startTimeOf(pid: number): string | undefined {
  return process.platform === "linux" ? startTimeFromProc(pid) : startTimeFromPs(pid);
}

/** Field 22 of proc(5)'s stat. The command, field 2, is in parentheses and may hold any character. */
function startTimeFromProc(pid: number): string | undefined {
  const stat = readText(`/proc/${pid}/stat`);
  const fields = stat?.slice(stat.lastIndexOf(")") + 2).split(" ");
  const state = fields?.[0];
  return state === "Z" || state === "X" ? undefined : fields?.[19];
}

function startTimeFromPs(pid: number): string | undefined {
  try {
    const started = execFileSync("ps", ["-o", "lstart=", "-p", String(pid)], { encoding: "utf8" });
    return started.trim() || undefined;
  } catch {
    return undefined;
  }
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}
