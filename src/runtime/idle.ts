import {
  exhaustMap,
  filter,
  interval,
  map,
  merge,
  type OperatorFunction,
  scan,
  share,
  withLatestFrom,
} from "rxjs";
import { positionsOf } from "../core/checkpoint.ts";
import type { Pipeline } from "../core/pipeline.ts";
import { type PipelineSegment, segmentsOf } from "../core/segments.ts";
import type { Log } from "../log/log.ts";
import { foldTasks, noTasks, segmentName, type TaskEvent, type Tasks } from "./task-events.ts";

/** Milliseconds after which what others may have committed is looked at again. */
const recheckMs = 1_000;

/**
 * Emits when nothing draws tickets any more and every pipeline has read its sources to their ends and committed. All tasks idle at once means that nobody in this
 * process appends any more; what other processes still have to do shows in the committed positions.
 */
export function whenIdle(options: {
  readonly log: Log;
  readonly pipelines: readonly Pipeline[];
  /** Whether something in this process still appends to sources by itself. */
  readonly mayGrow: () => boolean;
}): OperatorFunction<TaskEvent, void> {
  const { log, pipelines, mayGrow } = options;
  const planned = pipelines.map((pipeline) => ({
    pipeline,
    segments: segmentsOf(pipeline, log.segments?.prefix),
  }));
  return (events$) => {
    const tasks$ = events$.pipe(scan(foldTasks, noTasks), share());
    const again$ = interval(recheckMs).pipe(
      withLatestFrom(tasks$),
      map(([, tasks]) => tasks),
    );
    return merge(tasks$, again$).pipe(
      filter((tasks) => !mayGrow() && allIdle(tasks, planned)),
      exhaustMap(() => hasReadEverything(log, planned)),
      filter((done) => done),
      map(() => undefined),
    );
  };
}

interface Planned {
  readonly pipeline: Pipeline;
  readonly segments: readonly PipelineSegment[];
}

function allIdle({ segments, reports }: Tasks, planned: readonly Planned[]): boolean {
  const names = planned.flatMap(({ pipeline, segments: own }) =>
    own.map(({ name }) => segmentName(pipeline.name, name)),
  );
  return (
    names.every((name) => segments.has(name)) &&
    [...reports.values()].every((report) => report?.status.idle === true)
  );
}

async function hasReadEverything(log: Log, planned: readonly Planned[]): Promise<boolean> {
  for (const { pipeline, segments } of planned) {
    const positions = positionsOf(await log.checkpoints(pipeline.name));
    for (const { sources } of segments)
      for (const source of sources) if (await hasUnread(log, source, positions)) return false;
  }
  return true;
}

async function hasUnread(log: Log, topic: string, positions: ReadonlyMap<string, bigint>): Promise<boolean> {
  for (const { partition, start, end } of (await log.topics.get(topic))?.ranges ?? []) {
    const from = positions.get(`${topic}/${partition}`) ?? start;
    // There may be no record up to the end, where a log keeps marks of its own between records.
    if (from < end) for await (const _ of log.scan(topic, { partition, from })) return true;
  }
  return false;
}
