import type { ChildProcess } from "node:child_process";
import { readFileSync } from "node:fs";

const everyMs = 1000;

/**
 * Samples the anonymous resident memory of a process each second, from now to its end: bytes, in the list it gives. Reads
 * `/proc`, so it needs Linux. Pages of mapped files are not in it: they are the system's cache, and given up on demand.
 */
export function sampleRssAnon(child: ChildProcess): readonly number[] {
  const samples: number[] = [];
  const timer = setInterval(() => {
    const bytes = rssAnonOf(child.pid);
    if (bytes !== undefined) samples.push(bytes);
  }, everyMs);
  child.once("close", () => clearInterval(timer));
  return samples;
}

/** Anonymous resident memory, bytes. Undefined when the process is gone, or the system has no `/proc`. */
export function rssAnonOf(pid: number | undefined): number | undefined {
  try {
    const kilobytes = /^RssAnon:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
    return kilobytes === undefined ? undefined : Number(kilobytes) * 1024;
  } catch {
    return undefined;
  }
}
