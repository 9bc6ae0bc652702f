import { filter, map, Observable, tap } from "rxjs";
import type { Checkpoint } from "../core/checkpoint.ts";
import { MagpieError } from "../core/errors.ts";
import type { CommitPolicy } from "../core/limits.ts";
import { type Pipeline, sideTopics } from "../core/pipeline.ts";
import { fingerprintsOf, type Plan, planHash, planOf } from "../core/plan.ts";
import type { PipelineSegment } from "../core/segments.ts";
import { type Chunk, type Credit, headers, type Output, type TaskLog } from "../log/log.ts";
import { advance, assertFingerprints, initialCheckpoint } from "./checkpoints.ts";
import { Decoder, RecordReader } from "./decode.ts";
import { type Finished, finish } from "./finish.ts";
import { FrameReader } from "./frame-reader.ts";
import { FrameWriter } from "./frame-writer.ts";
import { type OpenStages, openStages, type StageDeps } from "./open-stages.ts";
import { commitEvery } from "./operators/commit-every.ts";
import { drainOn } from "./operators/drain-on.ts";
import { inOrder } from "./operators/in-order.ts";
import { pull } from "./operators/pull.ts";
import { Orphans } from "./orphans.ts";
import { OutputWriter } from "./outputs.ts";
import type { Refusals } from "./refusals.ts";
import type { TaskObserver } from "./run-observer.ts";
import { Window } from "./window.ts";

export interface TaskOptions {
  readonly pipeline: Pipeline;
  readonly segment: PipelineSegment;
  readonly window: Credit;
  readonly commit: CommitPolicy;
  readonly refusals: Refusals;
  /** Emits once to drain: finish what was read, commit, complete. */
  readonly stop$: Observable<unknown>;
  readonly stages: Omit<StageDeps, "plan" | "state" | "observer">;
  readonly observer: TaskObserver | undefined;
}

/** Where a task stands: after each commit, and whenever it has caught up with its sources. */
export interface TaskStatus {
  readonly checkpoint: Checkpoint;
  /** Read and not yet committed. */
  readonly inFlight: Credit;
  /** All that was read is committed, and the last read found nothing more. */
  readonly idle: boolean;
}

/** A task that is set up: its stages hold their state, and nothing has been read yet. */
export interface OpenTask {
  readonly status$: Observable<TaskStatus>;
  close(): Promise<void>;
}

/**
 * Sets a task up on its log. Subscribing to `status$` runs it: chunks are pulled while the window has credit, stages overlap
 * them, order is restored, and outputs, state and position are committed together. Throws MGP_STATE_FINGERPRINT.
 */
export async function openTask(taskLog: TaskLog, options: TaskOptions): Promise<OpenTask> {
  const { pipeline, segment } = options;
  const plan = planOf(pipeline);
  const hash = planHash(plan);
  const fingerprints = fingerprintsIn(pipeline, segment);
  assertFingerprints(pipeline, fingerprints, taskLog.checkpoint);
  const deps = { ...options.stages, plan: hash, state: taskLog.state, observer: options.observer };
  const stages = await openStages(pipeline.stages, segment, deps);
  const start = initialCheckpoint(pipeline, hash, fingerprints, taskLog.checkpoint);
  // Where several segments run a pipeline, the first of them tells its plan.
  const isTold = segment.resumes || taskLog.checkpoint?.plan === hash;
  return {
    status$: run(taskLog, options, stages, start, isTold ? undefined : plan),
    close: () => stages.close(),
  };
}

function run(
  taskLog: TaskLog,
  options: TaskOptions,
  stages: OpenStages,
  start: Checkpoint,
  newPlan: Plan | undefined,
): Observable<TaskStatus> {
  const { pipeline, segment, refusals, observer } = options;
  const window = new Window(refusals.within(options.window));
  const decoder = decoderFor(pipeline, segment, start.streamTime);
  const outputs = new OutputWriter(pipeline, start.plan);
  const writer = segment.into === undefined ? outputs : new FrameWriter(pipeline, segment.into.name, outputs);
  const orphans = new Orphans(pipeline.stages, segment, taskLog.state);
  let checkpoint = start;
  let unwrittenPlan = newPlan;

  const commit = async (group: readonly Finished[]): Promise<void> => {
    const next = advance(checkpoint, group);
    const outputs = group.flatMap((finished) => finished.outputs);
    if (unwrittenPlan !== undefined) outputs.push(planOutput(unwrittenPlan, checkpoint));
    const read = group.reduce(addSizes, { records: 0, bytes: 0 });
    const quarantined = group.flatMap((finished) => finished.quarantined);
    const droppedBytes = group.reduce(
      (sum, finished) => sum.map((bytes, stage) => bytes + finished.droppedBytes[stage]!),
      new Float64Array(pipeline.stages.length + 1),
    );
    observer?.committing({ checkpoint: next, read, outputs, quarantined, droppedBytes });
    try {
      await taskLog.commit({
        checkpoint: next,
        outputs,
        state: group.flatMap((finished) => finished.writes),
      });
    } catch (error) {
      const source = outputs.find((output) => output.headers?.[headers.source] !== undefined)?.headers;
      throw afterRefusal(error, refusals, read.records, source?.[headers.source]);
    }
    checkpoint = next;
    observer?.committed();
    refusals.committed(read.records);
    window.resize(refusals.within(options.window));
    unwrittenPlan = undefined;
    const last = group.at(-1)!.sequence;
    stages.settle(last);
    orphans.settle(last);
    for (const { records, bytes } of group) window.give(records, bytes);
  };

  const status = (caughtUp: boolean): TaskStatus => ({
    checkpoint,
    inFlight: window.inFlight,
    idle: caughtUp && window.inFlight.records === 0,
  });

  observer?.opened({
    get checkpoint() {
      return checkpoint;
    },
    get inFlight() {
      return window.inFlight;
    },
  });
  return new Observable((subscriber) => {
    const chunks = pull((credit, signal) => taskLog.read(credit, signal), window).pipe(
      drainOn(options.stop$),
      tap((chunk) => {
        if (!isEmpty(chunk)) return;
        observer?.caughtUp();
        subscriber.next(status(true));
      }),
      filter((chunk) => !isEmpty(chunk)),
    );
    return chunks
      .pipe(
        map((chunk) => decoder.decode(chunk)),
        stages.operator,
        inOrder((work) => work.sequence),
        map((work) => finish(pipeline, segment, work, writer, orphans, refusals)),
        commitEvery(
          withinWindow(options.commit, () => refusals.within(options.window)),
          sizeOf,
          commit,
        ),
        map(() => status(false)),
      )
      .subscribe(subscriber);
  });
}

/** Of the stages whose state this segment holds. */
function fingerprintsIn(pipeline: Pipeline, { first, end }: PipelineSegment): Checkpoint["fingerprints"] {
  const own = new Set(pipeline.stages.slice(first, end).map((stage) => stage.id));
  return Object.fromEntries(Object.entries(fingerprintsOf(pipeline)).filter(([stage]) => own.has(stage)));
}

function decoderFor(pipeline: Pipeline, segment: PipelineSegment, streamTime: number): Decoder {
  const reader = segment.resumes
    ? new FrameReader(pipeline, streamTime)
    : new RecordReader(pipeline.name, streamTime);
  return new Decoder((message) => reader.read(message));
}

function isEmpty(chunk: Chunk): boolean {
  return chunk.messages.length === 0;
}

function sizeOf({ records, bytes }: Finished): Credit {
  return { records, bytes };
}

function addSizes(sum: Credit, { records, bytes }: Credit): Credit {
  return { records: sum.records + records, bytes: sum.bytes + bytes };
}

/** A full window waits for a commit, so one is due at the latest when half of it waits to be committed. */
function withinWindow({ records, bytes, everyMs }: CommitPolicy, window: () => Credit): CommitPolicy {
  return {
    get records() {
      return Math.min(records, Math.ceil(window().records / 2));
    },
    get bytes() {
      return Math.min(bytes, Math.ceil(window().bytes / 2));
    },
    everyMs,
  };
}

/** Opening the task again helps when fewer records are written at once, or one is left out; else the refusal is final. */
function afterRefusal(
  error: unknown,
  refusals: Refusals,
  records: number,
  source: string | undefined,
): unknown {
  if (!(error instanceof MagpieError) || error.code !== "MGP_LOG_REFUSED") return error;
  if (refusals.refused(records, source, error.message)) return error;
  return new MagpieError(
    "MGP_COMMIT_REFUSED",
    `${error.message}; it was refused alone, and again as a quarantine entry: raise max.message.bytes of the topic with "magpie topics apply", then start again`,
    { cause: error },
  );
}

/** `X.plans` holds each plan once, with the positions from which it is in force. */
function planOutput(plan: Plan, last: Checkpoint): Output {
  return {
    topic: sideTopics(plan.pipeline).plans,
    key: last.plan,
    value: Buffer.from(JSON.stringify({ plan: last.plan, since: last.offsets, definition: plan })),
    headers: { [headers.pipeline]: plan.pipeline, [headers.schema]: "magpie-plan/1" },
  };
}
