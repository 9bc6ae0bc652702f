import { LshIndex, Minhash } from "minhash";
import { startMeasuring } from "../measured.ts";
import { rssAnonOf } from "../rss-anon.ts";
import type { RunSettings } from "./in-memory-run.ts";
import type { MeasuredRun, MeasuredSigning } from "./measured-run.ts";
import { stayOnOneCore } from "./one-core.ts";
import { textBatches } from "./text-batches.ts";

const permutations = 128;
const bandSize = 8;
const warmUpTexts = 256;

/** The npm package `minhash` as its users write it. It verifies nothing: who shares a band is a duplicate. */
export async function runNpm({ file, texts }: RunSettings): Promise<MeasuredRun> {
  stayOnOneCore();
  const all = [...textBatches(file, texts)].flat();
  const warm = streamThrough(all.slice(0, warmUpTexts));
  globalThis.gc?.();
  const bytesBefore = rssAnonOf(process.pid) ?? 0;
  const end = startMeasuring();
  const { index, kept } = streamThrough(all);
  const seconds = end(texts).cpuMs / 1000;
  globalThis.gc?.();
  const bytesPerKept = ((rssAnonOf(process.pid) ?? 0) - bytesBefore) / kept;
  // Nothing of either may be collected before: compiled code and memory would go with it.
  for (const each of [warm.index, index]) assertFilled(each);
  return { texts, seconds, kept, bytesPerKept };
}

export async function signWithNpm({ file, texts }: RunSettings): Promise<MeasuredSigning> {
  stayOnOneCore();
  const sets = [...textBatches(file, texts)].flat().map(shinglesOf);
  for (const shingles of sets.slice(0, warmUpTexts)) sign(shingles);
  const end = startMeasuring();
  for (const shingles of sets) sign(shingles);
  return { texts, seconds: end(texts).cpuMs / 1000 };
}

function streamThrough(texts: readonly string[]) {
  const index = new LshIndex({ bandSize });
  let kept = 0;
  for (const [number, text] of texts.entries()) {
    const signature = sign(shinglesOf(text));
    if (isKnown(index, signature)) continue;
    index.insert(`${number}`, signature);
    kept++;
  }
  return { index, kept };
}

function assertFilled(index: LshIndex): void {
  for (const _ in index.index) return;
  throw new Error("nothing was inserted");
}

/** `query` throws when a band is new, unless each band it looks for is there. */
function isKnown(index: LshIndex, signature: Minhash): boolean {
  for (const band of index.getHashbands(signature)) if (index.index[band] !== undefined) return true;
  return false;
}

function sign(shingles: ReadonlySet<string>): Minhash {
  const signature = new Minhash({ numPerm: permutations });
  for (const shingle of shingles) signature.update(shingle);
  return signature;
}

function shinglesOf(text: string): ReadonlySet<string> {
  const words = text.toLowerCase().match(/[\p{L}\p{N}_]+/gu) ?? [];
  const shingles = new Set<string>();
  for (let i = 0; i < Math.max(1, words.length - 2); i++) shingles.add(words.slice(i, i + 3).join(" "));
  return shingles;
}
