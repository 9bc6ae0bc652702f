import type { Ledger } from "../src/core/ledger.ts";
import { withBenchLog } from "./bench-log.ts";
import { fourPlugins } from "./four-plugins.ts";
import { type Measured, startMeasuring } from "./measured.ts";
import { runUntilIdle } from "./run-until-idle.ts";
import { type CallCounts, slowStage } from "./slow-stage.ts";

export interface SlowSettings {
  readonly delayMs: number;
  readonly batch: number;
  readonly concurrency: number;
}

export interface SlowRun extends Measured, CallCounts {
  readonly ledger: Ledger;
  /** Bytes of live JavaScript objects, after a collection: at a tenth of the run, and at its end. */
  readonly liveBytes: { readonly tenth: number; readonly end: number };
}

/** Collects garbage and tells what is left; only twice in a run, so that what memory it takes otherwise is left to Node. */
function liveBytes(): number {
  if (globalThis.gc === undefined) throw new Error("run with --expose-gc");
  globalThis.gc();
  return process.memoryUsage().heapUsed;
}

/** Runs a slow stage and the four plugins over the filled log in `folder`, until nothing is left to do. */
export async function runSlow({
  folder,
  records,
  ...settings
}: SlowSettings & { readonly folder: string; readonly records: number }): Promise<SlowRun> {
  return withBenchLog(folder, fourPlugins(), async (log, config) => {
    const slow = slowStage(settings);
    const pipelines = config.pipelines.map((each) => ({ ...each, stages: [slow.stage, ...each.stages] }));
    const end = startMeasuring();
    let measured = end(0);
    let tenth = 0;
    await runUntilIdle(
      log,
      { ...config, pipelines },
      {
        onCommit(received) {
          measured = end(received);
          if (tenth === 0 && received >= records / 10) tenth = liveBytes();
        },
      },
    );
    const [checkpoint] = await log.checkpoints("curate");
    if (checkpoint === undefined) throw new Error("the pipeline committed nothing");
    return {
      ...measured,
      ...slow.counts(),
      ledger: checkpoint.ledger,
      liveBytes: { tenth, end: liveBytes() },
    };
  });
}
