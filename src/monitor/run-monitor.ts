import type { CommitPolicy } from "../core/limits.ts";
import { segmentsOf } from "../core/segments.ts";
import type { Segment, TaskId } from "../log/log.ts";
import { type AskOffsets, type PartitionLag, readPartitionLags } from "../runtime/partition-lags.ts";
import type { RunOptions } from "../runtime/run.ts";
import type { RunObserver } from "../runtime/run-observer.ts";
import { segmentName, taskName } from "../runtime/task-events.ts";
import { BoundedCodes } from "./bounded-codes.ts";
import type { MetricName } from "./definitions.ts";
import { type Health, healthOf, type Observed, stateOf } from "./health.ts";
import { ledgerRows } from "./ledger-rows.ts";
import { Metrics, type Row } from "./metrics.ts";
import type { MonitorDeps } from "./monitor-deps.ts";
import { patientOffsets } from "./patient-offsets.ts";
import { processMetrics } from "./process-metrics.ts";
import { type PlannedSegment, TaskMonitor } from "./task-monitor.ts";

/** Milliseconds a log has to tell where its topics stand: a scrape must not hang because a broker does. */
const longestAskMs = 2_000;

/** Milliseconds that a task may always take to get on, beside what its own settings allow a call and a commit to take. */
const patienceMs = 60_000;

/** What is followed of a run. */
export type Monitored = Pick<RunOptions, "log" | "pipelines" | "limits" | "commit" | "stop">;

interface ObservedTask extends Observed {
  readonly lags: readonly PartitionLag[];
}

/** Follows a run and tells how it stands, whenever it is asked: as metrics, and in a word. */
export class RunMonitor implements RunObserver {
  readonly #run: Monitored;
  readonly #deps: MonitorDeps;
  readonly #ask: AskOffsets;
  readonly #segments: ReadonlyMap<string, PlannedSegment>;
  /** By segment, once it was assigned; by name. */
  readonly #tasks = new Map<string, ReadonlyMap<string, TaskMonitor>>();
  #scrape: Promise<string> | undefined;

  constructor(run: Monitored, clock: () => number) {
    this.#run = run;
    this.#deps = { metrics: new Metrics(), codes: new BoundedCodes(), clock };
    this.#ask = patientOffsets(run.log, longestAskMs);
    const planned = run.pipelines.flatMap((pipeline) =>
      segmentsOf(pipeline, run.log.segments?.prefix).map(
        (segment) => [segmentName(pipeline.name, segment.name), { pipeline, segment }] as const,
      ),
    );
    this.#segments = new Map(planned);
  }

  assigned({ pipeline, name }: Segment, tasks: readonly TaskId[]): void {
    const segment = segmentName(pipeline, name);
    const planned = this.#segments.get(segment)!;
    const former = this.#tasks.get(segment);
    // One that stays here keeps what is known of it.
    const monitors = tasks.map((task) => {
      const known = former?.get(taskName(task));
      return [taskName(task), known ?? new TaskMonitor(task, planned, this.#deps)] as const;
    });
    this.#tasks.set(segment, new Map(monitors));
  }

  task(task: TaskId): TaskMonitor {
    return this.#tasks.get(segmentName(task.segment.pipeline, task.segment.name))!.get(taskName(task))!;
  }

  async health(): Promise<Health> {
    const observed = await this.#observe();
    return healthOf({
      isDraining: this.#run.stop.aborted,
      unassigned: [...this.#segments.keys()].filter((segment) => !this.#tasks.has(segment)),
      tasks: observed,
    });
  }

  /** In the text format of Prometheus. Who asks while another is being answered gets the same answer. */
  metrics(): Promise<string> {
    this.#scrape ??= this.#read().finally(() => {
      this.#scrape = undefined;
    });
    return this.#scrape;
  }

  async #read(): Promise<string> {
    const observed = await this.#observe();
    this.#replace(ledgerRows(observed.map(({ task }) => task)));
    this.#replace({
      magpie_assigned_tasks: countStates(observed),
      magpie_lag_records: lagRows(observed, "records"),
      magpie_lso_lag_records: lagRows(observed, "undecided"),
      magpie_window_records: this.#windowRows(observed, ({ task }) => task.inFlight.records),
      magpie_window_bytes: this.#windowRows(observed, ({ task }) => task.inFlight.bytes),
      magpie_window_limit_records: this.#windowRows(observed, () => this.#run.limits.windowRecords),
      magpie_window_limit_bytes: this.#windowRows(observed, () => this.#run.limits.windowBytes),
    });
    return `${await this.#deps.metrics.text()}\n${await processMetrics()}`;
  }

  async #observe(): Promise<readonly ObservedTask[]> {
    const tasks = [...this.#tasks.values()].flatMap((monitors) => [...monitors.values()]);
    return Promise.all(tasks.map((task) => this.#observeTask(task)));
  }

  async #observeTask(task: TaskMonitor): Promise<ObservedTask> {
    const stalledAfterMs = patienceMs + longestStepMs(task, this.#run.commit);
    const { checkpoint } = task;
    if (checkpoint === undefined) return { task, stalledAfterMs, lag: undefined, lags: [] };
    try {
      const lags = await readPartitionLags(this.#run.log, task.id, checkpoint, this.#ask);
      // Kafka's marks between records would look like a few records for ever.
      const told = task.isIdle ? lags.map((lag) => ({ ...lag, records: 0 })) : lags;
      return { task, stalledAfterMs, lag: sumOf(told), lags: told };
    } catch {
      // Of a log that does not answer, the tasks themselves tell; no number is better than an old one.
      return { task, stalledAfterMs, lag: undefined, lags: [] };
    }
  }

  #replace(rows: { readonly [N in MetricName]?: readonly Row<N>[] }): void {
    for (const name of Object.keys(rows) as MetricName[])
      this.#deps.metrics.replace(name, rows[name] as readonly Row<MetricName>[]);
  }

  #windowRows(observed: readonly Observed[], windowOf: (observed: Observed) => number) {
    return observed.map(
      (each) => [{ pipeline: each.task.pipeline.name, task: each.task.name }, windowOf(each)] as const,
    );
  }
}

/** What the settings of its stages and of commits allow one step to take. */
function longestStepMs({ pipeline, segment }: TaskMonitor, commit: CommitPolicy): number {
  const own = pipeline.stages.slice(segment.first, segment.prepares);
  return Math.max(0, ...own.map(({ options }) => options.timeoutMs)) + commit.everyMs;
}

function sumOf(lags: readonly PartitionLag[]): number {
  return lags.reduce((sum, { records }) => sum + records, 0);
}

function lagRows(observed: readonly ObservedTask[], key: "records" | "undecided") {
  return observed.flatMap(({ task, lags }) =>
    lags.map(
      (lag) =>
        [
          { pipeline: task.pipeline.name, topic: lag.topic, partition: String(lag.partition) },
          lag[key],
        ] as const,
    ),
  );
}

const states = ["starting", "restoring", "running", "idle", "stalled", "reopening", "closed"] as const;

function countStates(observed: readonly Observed[]) {
  const pipelines = [...new Set(observed.map(({ task }) => task.pipeline.name))];
  return pipelines.flatMap((pipeline) =>
    states.map((state) => {
      const own = observed.filter((each) => each.task.pipeline.name === pipeline && stateOf(each) === state);
      return [{ pipeline, state }, own.length] as const;
    }),
  );
}
