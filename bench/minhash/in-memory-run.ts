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
    warm.push(await stageOver([...textBatches(file, warmUp.texts)]));
  globalThis.gc?.();
  const bytesBefore = rssAnonOf(process.pid) ?? 0;
  const end = startMeasuring();
  const stage = await stageOver(batches);
  const seconds = end(texts).cpuMs / 1000;
  globalThis.gc?.();
  const bytesPerKept = ((rssAnonOf(process.pid) ?? 0) - bytesBefore) / stage.kept;
  // Had the warm stages been collected, the code compiled for them would have gone with them. This one was to be measured whole.
  if ([...warm, stage].some(({ kept }) => kept === 0)) throw new Error("a stage kept nothing");
  return { texts, seconds, kept: stage.kept, bytesPerKept };
}

async function stageOver(batches: readonly (readonly string[])[]): Promise<StageRun> {
  const stage = await StageRun.over(new ArenaState());
  for (const batch of batches) await stage.take(batch);
  return stage;
}
