import { startMeasuring } from "../measured.ts";
import { rssAnonOf } from "../rss-anon.ts";
import { ArenaState } from "./arena-state.ts";
import type { MeasuredRun } from "./measured-run.ts";
import { stayOnOneCore } from "./one-core.ts";
import { StageRun } from "./stage-run.ts";
import { textBatches } from "./text-batches.ts";
import { withoutSimd } from "./without-simd.ts";

/** By then the engine has compiled what it will compile: its threads count too, and short runs are not long ones in small. */
const warmUp = { texts: 10_000, passes: 5 };

export interface RunSettings {
  readonly file: string;
  readonly texts: number;
}

/** What the stage does, over a state in memory. */
export async function runInMemory({
  file,
  texts,
  simd,
}: RunSettings & { readonly simd: boolean }): Promise<MeasuredRun> {
  stayOnOneCore();
  if (!simd) withoutSimd();
  const batches = [...textBatches(file, texts)];
  const warm: StageRun[] = [];
  for (let pass = 0; pass < warmUp.passes; pass++)
    warm.push((await streamThrough([...textBatches(file, warmUp.texts)])).stage);
  globalThis.gc?.();
  const bytesBefore = rssAnonOf(process.pid) ?? 0;
  const { stage, seconds } = await streamThrough(batches);
  globalThis.gc?.();
  const bytesPerKept = ((rssAnonOf(process.pid) ?? 0) - bytesBefore) / stage.kept;
  // Had the warm stages been collected, the code compiled for them would have gone with them. This one was to be measured whole.
  if ([...warm, stage].some(({ kept }) => kept === 0)) throw new Error("a stage kept nothing");
  return { texts, seconds, kept: stage.kept, bytesPerKept };
}

/**
 * Measured is what the stage is given records for until its verdicts: records are its input, as texts are that of the others, and are made in between.
 */
async function streamThrough(
  batches: readonly (readonly string[])[],
): Promise<{ readonly stage: StageRun; readonly seconds: number }> {
  const stage = await StageRun.over(new ArenaState());
  let cpuMs = 0;
  for (const batch of batches) {
    const inputs = stage.inputs(batch);
    const end = startMeasuring();
    await stage.take(inputs);
    cpuMs += end(batch.length).cpuMs;
  }
  return { stage, seconds: cpuMs / 1000 };
}
