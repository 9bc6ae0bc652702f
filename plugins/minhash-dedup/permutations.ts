import { fmix32 } from "./fmix32.ts";

/** 2^32 over the golden ratio: its multiples lie far apart, so that every permutation draws its own numbers. */
const step = 0x9e3779b9;

/** Multiply-add permutations of u32: x ↦ a·x + b mod 2^32, a odd. */
export interface Permutations {
  readonly a: Uint32Array;
  readonly b: Uint32Array;
}

/** The first `count` permutations of every signature, as schemas/minhash/1.md gives them. */
export function createPermutations(count: number): Permutations {
  const a = new Uint32Array(count);
  const b = new Uint32Array(count);
  for (let i = 0; i < count; i++) {
    a[i] = fmix32(Math.imul(2 * i + 1, step)) | 1;
    b[i] = fmix32(Math.imul(2 * i + 2, step));
  }
  return { a, b };
}
