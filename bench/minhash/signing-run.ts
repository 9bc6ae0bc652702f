import { createSigner } from "../../plugins/minhash-dedup/create-signer.ts";
import { Shingler } from "../../plugins/minhash-dedup/shingler.ts";
import { startMeasuring } from "../measured.ts";
import type { RunSettings } from "./in-memory-run.ts";
import type { MeasuredSigning } from "./measured-run.ts";
import { stayOnOneCore } from "./one-core.ts";
import { stageConfig } from "./stage-run.ts";
import { textBatches } from "./text-batches.ts";
import { withoutSimd } from "./without-simd.ts";

const passes = 5;

/** Signs the texts' shingles several times over: once is done too fast to be measured. */
export async function signInMemory({
  file,
  texts,
  simd,
}: RunSettings & { readonly simd: boolean }): Promise<MeasuredSigning> {
  stayOnOneCore();
  if (!simd) withoutSimd();
  const { shingle, permutations } = stageConfig;
  const shingler = new Shingler(shingle);
  const sets = [...textBatches(file, texts)].flat().map((text) => {
    shingler.shingle(text);
    return shingler.shingles.slice(0, shingler.count);
  });
  const signer = createSigner(permutations);
  const signature = new Uint32Array(permutations);
  const signAll = () => {
    for (const shingles of sets) signer.sign(shingles, shingles.length, signature);
  };
  signAll();
  const end = startMeasuring();
  for (let pass = 0; pass < passes; pass++) signAll();
  return { texts: passes * texts, seconds: end(texts).cpuMs / 1000 };
}
