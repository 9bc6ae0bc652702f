import type { Log } from "../log/log.ts";
import type { TaskReport } from "./task-report.ts";

/** True when every source of every task ends where the task has committed to. */
export async function hasReadEverything(log: Log, reports: readonly TaskReport[]): Promise<boolean> {
  for (const report of reports) if ((await unreadRecords(log, report)) > 0n) return false;
  return true;
}

/** Records in a task's sources after its committed position. On Kafka an upper bound: offsets may be skipped. */
export async function unreadRecords(log: Log, { pipeline, status }: TaskReport): Promise<bigint> {
  let unread = 0n;
  for (const source of pipeline.from) {
    const info = await log.topics.get(source);
    for (const { partition, start, end } of info?.ranges ?? []) {
      const next = status.checkpoint.offsets[`${source}/${partition}`];
      unread += end - (next === undefined ? start : BigInt(next));
    }
  }
  return unread;
}
