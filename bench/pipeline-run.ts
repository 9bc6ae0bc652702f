import { join } from "node:path";
import type { Ledger } from "../src/core/ledger.ts";
import { withBenchLog } from "./bench-log.ts";
import { fill } from "./fill.ts";
import { fourPlugins } from "./four-plugins.ts";
import { type Measured, startMeasuring } from "./measured.ts";
import { runUntilIdle } from "./run-until-idle.ts";

const warmUpRecords = 8192;

export interface MeasuredRun extends Measured {
  readonly ledger: Ledger;
}

/**
 * Runs the four plugins over the filled log in `folder`, as `magpie run --until-idle` does. Measured from the start to the
 * end of the last commit: noticing that nothing more comes is not work.
 */
export async function runPipeline({
  folder,
  workers,
}: {
  readonly folder: string;
  readonly workers: { readonly [plugin: string]: number };
}): Promise<MeasuredRun> {
  const warmUp = join(folder, "warm-up");
  await fill({ folder: warmUp, records: warmUpRecords });
  await pipelineOver(warmUp, workers);
  return pipelineOver(folder, workers);
}

function pipelineOver(folder: string, workers: { readonly [plugin: string]: number }): Promise<MeasuredRun> {
  return withBenchLog(folder, fourPlugins(workers), async (log, config) => {
    const end = startMeasuring();
    let measured = end(0);
    await runUntilIdle(log, config, {
      onCommit(received) {
        measured = end(received);
      },
    });
    const [checkpoint] = await log.checkpoints("curate");
    if (checkpoint === undefined) throw new Error("the pipeline committed nothing");
    return { ...measured, ledger: checkpoint.ledger };
  });
}
