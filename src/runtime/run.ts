import {
  connect,
  defer,
  EMPTY,
  endWith,
  firstValueFrom,
  fromEvent,
  ignoreElements,
  map,
  merge,
  NEVER,
  type Observable,
  of,
  Subject,
  shareReplay,
  switchMap,
  take,
  takeUntil,
  tap,
  timer,
} from "rxjs";
import { type ErrorCode, MagpieError, messageOf } from "../core/errors.ts";
import { getOrCreate } from "../core/get-or-create.ts";
import { type CommitPolicy, type Limits, maxTimerMs } from "../core/limits.ts";
import type { Models } from "../core/model.ts";
import type { Pipeline } from "../core/pipeline.ts";
import type { Logger } from "../core/plugin.ts";
import type { Sampler } from "../core/sampler.ts";
import { type PipelineSegment, segmentsOf } from "../core/segments.ts";
import type { Log, Segment, TaskId, TopicSettings } from "../log/log.ts";
import { abortableDelay } from "./abortable-delay.ts";
import { whenIdle } from "./idle.ts";
import { reopen } from "./operators/reopen.ts";
import { prepareSegments } from "./prepare-segments.ts";
import { observeProgress, type RunProgress } from "./progress.ts";
import { Refusals } from "./refusals.ts";
import type { RunObserver } from "./run-observer.ts";
import { runTask } from "./run-task.ts";
import type { TaskOptions } from "./task.ts";
import { type TaskEvent, taskName } from "./task-events.ts";
import { drawTickets } from "./tickets/draw-tickets.ts";

export interface RunOptions {
  readonly log: Log;
  readonly pipelines: readonly Pipeline[];
  /** What draws tickets for pipelines of its name. Default: none. */
  readonly samplers?: readonly Sampler[];
  /** All pipelines of the configuration, also those that do not run here: samplers follow their records through them. Default: `pipelines`. */
  readonly flow?: readonly Pipeline[];
  /** Topics to create before anything runs. */
  readonly topics: { readonly [topic: string]: TopicSettings };
  /** Bounds on what each pipeline has read and not yet committed. */
  readonly limits: Pick<Limits, "windowBytes" | "windowRecords">;
  readonly commit: CommitPolicy;
  /** End when every sampler has reached its target, every source is read to its end and everything is committed. */
  readonly untilIdle: boolean;
  /** Aborting drains: finish what was read, commit, return. */
  readonly stop: AbortSignal;
  /** Milliseconds after which a drain gives up with MGP_DRAIN_TIMEOUT; what was in flight is done again next time. */
  readonly drainMs: number;
  readonly logger: Logger;
  /** What stages are given that ask for a model. Default: none. */
  readonly models?: Models;
  /** Module exporting `loadPlugin(origin)`, for worker threads. */
  readonly loaderUrl: URL;
  readonly cacheDir: string;
  /** Milliseconds since 1970, for rates; never seen by a stage. */
  readonly now: () => number;
  /** In [0, 1), for the jitter of retries; never seen by a stage. */
  readonly jitter: () => number;
  readonly onProgress?: (progress: RunProgress) => void;
  readonly observer?: RunObserver;
}

/** Milliseconds that stages and log are given to close after a failure: a plugin that hangs must not hide the failure. */
const longestCloseMs = 2_000;

/**
 * Runs pipelines until drained, or until idle. Throws the error of the first task that failed for good, after all tasks are
 * closed: their leases are free again.
 */
export async function runPipelines(options: RunOptions): Promise<void> {
  for (const [topic, settings] of Object.entries(options.topics))
    if (await mayEnsure(options.log, topic)) await options.log.topics.ensure(topic, settings);
  for (const pipeline of options.pipelines) await prepareSegments(options.log, pipeline);
  const idle$ = new Subject<void>();
  const closing = new Map<string, Promise<void>>();
  // Shared: every task listens, and a signal should not have hundreds of listeners.
  const stop$ = merge(aborted(options.stop), idle$).pipe(
    take(1),
    shareReplay({ bufferSize: 1, refCount: true }),
  );

  const drawing = new Set(options.samplers);
  const work$ = merge(
    ...options.pipelines.map((pipeline) => runPipeline(pipeline, stop$, closing, options)),
    ...[...drawing].map((sampler) => draw(sampler, options, stop$, () => drawing.delete(sampler))),
  ).pipe(
    connect((events$) =>
      merge(
        events$.pipe(ignoreElements()),
        // Asking again and again whether all is idle would keep a run that is stopped from ending.
        options.untilIdle
          ? events$.pipe(
              whenIdle({ ...options, mayGrow: () => drawing.size > 0 }),
              takeUntil(stop$),
              tap(() => idle$.next()),
            )
          : EMPTY,
        options.onProgress === undefined
          ? EMPTY
          : events$.pipe(observeProgress(options), tap(options.onProgress)),
      ),
    ),
    ignoreElements(),
    endWith("done"),
  );
  const deadline$ = stop$.pipe(
    switchMap(() => (options.drainMs > maxTimerMs ? NEVER : timer(options.drainMs))),
    map(() => {
      throw drainTimeout(options.drainMs);
    }),
  );
  try {
    await firstValueFrom(merge(work$, deadline$));
  } finally {
    await settledWithin(longestCloseMs, closing.values());
  }
}

/** What others read as well is changed by `topics apply` only, which shows first what it does. */
async function mayEnsure(log: Log, topic: string): Promise<boolean> {
  return log.segments === undefined || (await log.topics.get(topic)) === undefined;
}

async function settledWithin(ms: number, promises: Iterable<Promise<void>>): Promise<void> {
  const waiting = new AbortController();
  const settled = Promise.allSettled(promises).then(() => waiting.abort());
  await Promise.race([settled, abortableDelay(ms, waiting.signal).catch(() => {})]);
}

function runPipeline(
  pipeline: Pipeline,
  stop$: Observable<unknown>,
  closing: Map<string, Promise<void>>,
  options: RunOptions,
): Observable<TaskEvent> {
  const segments = segmentsOf(pipeline, options.log.segments?.prefix);
  return merge(...segments.map((segment) => runSegment(pipeline, segment, stop$, closing, options)));
}

/** Emits nothing. */
function draw(
  sampler: Sampler,
  options: RunOptions,
  stop$: Observable<unknown>,
  onDone: () => void,
): Observable<never> {
  const { log, logger, now, pipelines, flow = pipelines } = options;
  return drawTickets({ log, sampler, pipelines: flow, logger, now }).pipe(
    reopen({
      retriable: mayReopen,
      random: options.jitter,
      stop$,
      onReopen: (error, delayMs) =>
        logger.warn(`sampler ${sampler.name} goes on in ${Math.round(delayMs)} ms: ${messageOf(error)}`),
    }),
    takeUntil(stop$),
    ignoreElements(),
    tap({ complete: onDone }),
  );
}

function runSegment(
  pipeline: Pipeline,
  planned: PipelineSegment,
  stop$: Observable<unknown>,
  closing: Map<string, Promise<void>>,
  options: RunOptions,
): Observable<TaskEvent> {
  const segment: Segment = { pipeline: pipeline.name, name: planned.name, sources: planned.sources };
  const refusals = new Map<string, Refusals>();
  const taskOptions: Omit<TaskOptions, "refusals" | "observer"> = {
    pipeline,
    segment: planned,
    window: { records: options.limits.windowRecords, bytes: options.limits.windowBytes },
    commit: options.commit,
    stop$,
    stages: {
      answers: options.log.answers,
      models: options.models,
      logger: options.logger,
      cacheDir: options.cacheDir,
      loaderUrl: options.loaderUrl,
      jitter: options.jitter,
    },
  };
  const run = (task: TaskId): Observable<TaskEvent> => {
    const observer = options.observer?.task(task);
    const own = getOrCreate(refusals, taskName(task), () => new Refusals());
    return runTask(options.log, task, { ...taskOptions, refusals: own, observer }, closing).pipe(
      reopen({
        retriable: mayReopen,
        random: options.jitter,
        stop$,
        onReopen: (error, delayMs) => {
          observer?.reopening(error);
          options.logger.warn(
            `task ${taskName(task)} reopens in ${Math.round(delayMs)} ms: ${messageOf(error)}`,
          );
        },
      }),
      map((status) => ({ kind: "status", pipeline, task, status })),
    );
  };
  return options.log.assignments(segment).pipe(
    takeUntil(stop$),
    tap((tasks) => options.observer?.assigned(segment, tasks)),
    switchMap((tasks) => merge(of<TaskEvent>({ kind: "assigned", segment, tasks }), ...tasks.map(run))),
  );
}

/**
 * A lost commit, a log or a model's server that is away for a while, a write that is narrowed down; what another process owns, or what is
 * wrong in itself, is not retried.
 */
const passing: ReadonlySet<string> = new Set<ErrorCode>([
  "MGP_TASK_FENCED",
  "MGP_LOG_UNAVAILABLE",
  "MGP_LOG_REFUSED",
  "MGP_MODEL_UNAVAILABLE",
  "MGP_MODEL_BUSY",
]);

function mayReopen(error: unknown): boolean {
  return error instanceof MagpieError && passing.has(error.code);
}

function aborted(signal: AbortSignal): Observable<unknown> {
  return defer(() => (signal.aborted ? of(undefined) : fromEvent(signal, "abort")));
}

function drainTimeout(drainMs: number): MagpieError {
  return new MagpieError(
    "MGP_DRAIN_TIMEOUT",
    `work in flight did not finish within ${drainMs} ms; it was not committed and is done again on the next start`,
  );
}
