// AssemblyScript: compiled to WebAssembly by `npm run generate`, into ../text-kernel.ts. What is done with every character, token and
// shingle of a text, as schemas/minhash/1.md says; which of it is done, ../shingler.ts decides.

import { bandKeys } from "./band-keys";
import { a, b, counts, kinds, prepared, reserve, shingleCount, shingles, signature, units } from "./memory";
import { normalise } from "./normalise";
import { addWhole, join, readCharacters, rehash } from "./pieces";
import { signInto } from "./sign";
import { sortDistinct } from "./sort";
import { tokenise } from "./tokenise";

export { addWhole, join, normalise, readCharacters, rehash, reserve, sortDistinct, tokenise };

export function addressOfKinds(): usize {
  return kinds;
}

export function addressOfFactors(): usize {
  return a;
}

export function addressOfSummands(): usize {
  return b;
}

export function addressOfSignature(): usize {
  return signature;
}

export function addressOfCounts(): usize {
  return counts;
}

export function addressOfPrepared(): usize {
  return prepared;
}

/** Moves when more is reserved. */
export function addressOfUnits(): usize {
  return units;
}

/** Moves when more is reserved. */
export function addressOfShingles(): usize {
  return shingles;
}

/** Signs the first `count` shingles. `permutations` is a multiple of 8. */
export function sign(permutations: i32, count: i32): void {
  const bytes = <usize>permutations << 2;
  memory.fill(signature, 0xff, bytes);
  signInto(bytes, a, b, shingles, shingles + (<usize>count << 2), signature);
}

/** Signs all shingles; puts the keys of the bands, and behind them the first `most` shingles, at `to`. */
export function prepare(to: usize, permutations: i32, bands: i32, rows: i32, most: i32): void {
  const count = shingleCount();
  sign(permutations, count);
  const behindKeys = bandKeys(signature, bands, rows, to);
  const end = shingles + (<usize>min(count, most) << 2);
  // Up to 12 bytes more than there are.
  for (let at = shingles, out = behindKeys; at < end; at += 16, out += 16) v128.store(out, v128.load(at));
}
