import { concatMap, map, type OperatorFunction } from "rxjs";
import { addLedgers, type Ledger } from "../core/ledger.ts";
import type { Limits } from "../core/limits.ts";
import type { Credit, Log } from "../log/log.ts";
import { throttledProgress } from "./operators/throttled-progress.ts";
import { readPartitionLags } from "./partition-lags.ts";
import { foldTasks, noTasks, type TaskEvent, type TaskReport, type Tasks } from "./task-events.ts";

/** What a pipeline has done and is doing, as far as its tasks run in this process. */
export interface PipelineProgress {
  readonly name: string;
  /** Committed, since the first run. */
  readonly ledger: Ledger;
  /** Read and not yet committed. */
  readonly inFlight: Credit;
  /** The bound on `inFlight`: of all its tasks together. */
  readonly window: Credit;
  /** Records in the sources that are not yet committed. On Kafka an upper bound: offsets may be skipped. */
  readonly lag: number;
  /** Records committed a second, over the last few seconds. */
  readonly ratePerSecond: number;
  readonly commits: number;
  readonly idle: boolean;
}

export interface RunProgress {
  readonly pipelines: readonly PipelineProgress[];
}

export interface ProgressDeps {
  readonly log: Log;
  readonly limits: Pick<Limits, "windowBytes" | "windowRecords">;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

const everyMs = 250;
const rateOverMs = 5_000;

/** Folds what the tasks of this process tell into snapshots, at most four a second, the last one included. */
export function observeProgress(deps: ProgressDeps): OperatorFunction<TaskEvent, RunProgress> {
  return (events$) => {
    const samples = new Map<string, Sample[]>();
    return events$.pipe(
      throttledProgress(foldTasks, noTasks, everyMs),
      map(byPipeline),
      concatMap(async (pipelines) => ({
        pipelines: await Promise.all(pipelines.map((reports) => snapshot(reports, deps, samples))),
      })),
    );
  };
}

type Reports = readonly [TaskReport, ...TaskReport[]];

function byPipeline({ reports }: Tasks): readonly Reports[] {
  const groups = new Map<string, [TaskReport, ...TaskReport[]]>();
  for (const report of reports.values()) {
    if (report === undefined) continue;
    const group = groups.get(report.pipeline.name);
    if (group === undefined) groups.set(report.pipeline.name, [report]);
    else group.push(report);
  }
  return [...groups.values()];
}

async function snapshot(
  reports: Reports,
  deps: ProgressDeps,
  samples: Map<string, Sample[]>,
): Promise<PipelineProgress> {
  const { name } = reports[0].pipeline;
  const statuses = reports.map(({ status }) => status);
  const ledger = statuses.map(({ checkpoint }) => checkpoint.ledger).reduce(addLedgers);
  const lags = await Promise.all(reports.map((report) => lagOf(report, deps.log)));
  const sum = (numbers: readonly number[]) => numbers.reduce((a, b) => a + b, 0);
  return {
    name,
    ledger,
    inFlight: {
      records: sum(statuses.map(({ inFlight }) => inFlight.records)),
      bytes: sum(statuses.map(({ inFlight }) => inFlight.bytes)),
    },
    window: {
      records: deps.limits.windowRecords * reports.length,
      bytes: deps.limits.windowBytes * reports.length,
    },
    lag: sum(lags),
    ratePerSecond: rate(samples, name, { at: deps.now(), received: ledger.received }),
    commits: sum(statuses.map(({ checkpoint }) => checkpoint.commit)),
    idle: statuses.every(({ idle }) => idle),
  };
}

async function lagOf({ task, status }: TaskReport, log: Log): Promise<number> {
  const lags = await readPartitionLags(log, task, status.checkpoint, (topic) => log.topics.offsets(topic));
  return lags.reduce((sum, { records }) => sum + records, 0);
}

interface Sample {
  readonly at: number;
  readonly received: number;
}

function rate(samples: Map<string, Sample[]>, pipeline: string, now: Sample): number {
  const recent = (samples.get(pipeline) ?? []).filter((sample) => now.at - sample.at <= rateOverMs);
  samples.set(pipeline, [...recent, now]);
  const first = recent[0];
  return first === undefined || now.at === first.at
    ? 0
    : ((now.received - first.received) * 1000) / (now.at - first.at);
}
