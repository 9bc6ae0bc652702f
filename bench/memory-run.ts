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
}

/** Runs a slow stage and the four plugins over the filled log in `folder`, until nothing is left to do. */
export async function runSlow({
  folder,
  ...settings
}: SlowSettings & { readonly folder: string }): Promise<SlowRun> {
  return withBenchLog(folder, fourPlugins(), async (log, config) => {
    const slow = slowStage(settings);
    const pipelines = config.pipelines.map((each) => ({ ...each, stages: [slow.stage, ...each.stages] }));
    const end = startMeasuring();
    let measured = end(0);
    await runUntilIdle(log, { ...config, pipelines }, (received) => {
      measured = end(received);
    });
    const [checkpoint] = await log.checkpoints("curate");
    if (checkpoint === undefined) throw new Error("the pipeline committed nothing");
    return { ...measured, ...slow.counts(), ledger: checkpoint.ledger };
  });
}
