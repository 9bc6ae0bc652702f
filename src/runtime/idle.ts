import { exhaustMap, filter, map, type OperatorFunction, scan } from "rxjs";
import type { Pipeline } from "../core/pipeline.ts";
import type { Log } from "../log/log.ts";
import { type TaskReport, taskName } from "./task-report.ts";

/**
 * Emits when every pipeline has read its sources to their ends and committed. All tasks idle at once means that nobody in this
 * process appends any more, so the ends looked up after that are final.
 */
export function whenIdle(options: {
  readonly log: Log;
  readonly pipelines: readonly Pipeline[];
}): OperatorFunction<TaskReport, void> {
  return (reports$) =>
    reports$.pipe(
      scan((tasks, report) => tasks.set(taskName(report.task), report), new Map<string, TaskReport>()),
      map((tasks) => [...tasks.values()]),
      filter((reports) => allIdle(reports, options.pipelines)),
      exhaustMap((reports) => hasReadEverything(options.log, reports)),
      filter((done) => done),
      map(() => undefined),
    );
}

function allIdle(reports: readonly TaskReport[], pipelines: readonly Pipeline[]): boolean {
  return (
    pipelines.every((pipeline) => reports.some((report) => report.pipeline === pipeline)) &&
    reports.every((report) => report.status.idle)
  );
}

async function hasReadEverything(log: Log, reports: readonly TaskReport[]): Promise<boolean> {
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
