import { createHash } from "node:crypto";

/**
 * A generator of numbers in [0, 1) that gives the same numbers for the same seed on every machine and in every version:
 * xoshiro128** 1.1 (D. Blackman and S. Vigna, "Scrambled linear pseudorandom number generators", ACM TOMS 47, 2021), whose
 * four 32-bit words of state are the first 16 bytes of sha256 over the seed in UTF-8, big-endian.
 *
 * Each number has 53 random bits: the upper 27 of one output, then the upper 26 of the next.
 */
export function seededRandom(seed: string): () => number {
  const hash = createHash("sha256").update(seed).digest();
  const next = xoshiro128(
    hash.readUInt32BE(0),
    hash.readUInt32BE(4),
    hash.readUInt32BE(8),
    hash.readUInt32BE(12),
  );
  return () => {
    const high = next() >>> 5;
    const low = next() >>> 6;
    return (high * 2 ** 26 + low) / 2 ** 53;
  };
}

/** The `random` of a stage's context: a generator for each record, the same in every thread and on every replay. */
export function recordRandom(plan: string, stage: string): (record: { readonly id: string }) => () => number {
  return (record) => seededRandom(`${plan}/${stage}/${record.id}`);
}

/** xoshiro128** from a state that is not all zero; gives integers in [0, 2^32). */
export function xoshiro128(s0: number, s1: number, s2: number, s3: number): () => number {
  let a = s0 | 0;
  let b = s1 | 0;
  let c = s2 | 0;
  let d = s3 | 0;
  return () => {
    const result = Math.imul(rotateLeft(Math.imul(b, 5), 7), 9) >>> 0;
    const shifted = b << 9;
    c ^= a;
    d ^= b;
    b ^= c;
    a ^= d;
    c ^= shifted;
    d = rotateLeft(d, 11);
    return result;
  };
}

function rotateLeft(word: number, bits: number): number {
  return (word << bits) | (word >>> (32 - bits));
}
