import { readdirSync, readFileSync } from "node:fs";

/**
 * Bytes of memory that a process and all it started have in use; memory that several of them share counts for each. 0 where there
 * is no `/proc`, and for a process that is gone.
 */
export function memoryOf(pid: number): number {
  try {
    const [, kilobytes = "0"] =
      /^VmRSS:\s*(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8")) ?? [];
    return childrenOf(pid).reduce((sum, child) => sum + memoryOf(child), Number(kilobytes) * 1024);
  } catch {
    return 0;
  }
}

/** A child stands with the thread that started it. */
function childrenOf(pid: number): readonly number[] {
  return readdirSync(`/proc/${pid}/task`).flatMap((thread) =>
    readFileSync(`/proc/${pid}/task/${thread}/children`, "utf8").split(" ").filter(Boolean).map(Number),
  );
}
