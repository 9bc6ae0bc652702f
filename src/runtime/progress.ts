import { concatMap, type OperatorFunction } from "rxjs";
import type { Ledger } from "../core/ledger.ts";
import type { Limits } from "../core/limits.ts";
import type { Credit, Log } from "../log/log.ts";
import { unreadRecords } from "./idle.ts";
import { throttledProgress } from "./operators/throttled-progress.ts";
import type { TaskReport } from "./task-report.ts";

/** What a pipeline has done and is doing. */
export interface PipelineProgress {
  readonly name: string;
  /** Committed, since the first run. */
  readonly ledger: Ledger;
  /** Read and not yet committed. */
  readonly inFlight: Credit;
  /** The bound on `inFlight`. */
  readonly window: Credit;
  /** Records in the sources that are not yet committed. */
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

type Latest = ReadonlyMap<string, TaskReport>;

/** Folds the reports of all tasks into snapshots, at most four a second, the last one included. */
export function observeProgress(deps: ProgressDeps): OperatorFunction<TaskReport, RunProgress> {
  return (reports$) => {
    const samples = new Map<string, Sample[]>();
    return reports$.pipe(
      throttledProgress(
        (latest: Latest, report) => new Map(latest).set(report.pipeline.name, report),
        new Map(),
        everyMs,
      ),
      concatMap(async (latest) => ({
        pipelines: await Promise.all([...latest.values()].map((report) => snapshot(report, deps, samples))),
      })),
    );
  };
}

async function snapshot(
  report: TaskReport,
  deps: ProgressDeps,
  samples: Map<string, Sample[]>,
): Promise<PipelineProgress> {
  const { pipeline, status } = report;
  const received = status.checkpoint.ledger.received;
  return {
    name: pipeline.name,
    ledger: status.checkpoint.ledger,
    inFlight: status.inFlight,
    window: { records: deps.limits.windowRecords, bytes: deps.limits.windowBytes },
    lag: Number(await unreadRecords(deps.log, report)),
    ratePerSecond: rate(samples, pipeline.name, { at: deps.now(), received }),
    commits: status.checkpoint.commit,
    idle: status.idle,
  };
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
