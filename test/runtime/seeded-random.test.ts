import { createHash } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { recordRandom, seededRandom, xoshiro128 } from "../../src/runtime/seeded-random.ts";

const word = 2n ** 32n;
const rotate = (x: bigint, bits: bigint) => ((x << bits) | (x >> (32n - bits))) % word;

/** xoshiro128** as its authors publish it, in exact arithmetic. */
function reference(state: readonly number[]): () => number {
  const s = state.map(BigInt) as [bigint, bigint, bigint, bigint];
  return () => {
    const result = (rotate((s[1] * 5n) % word, 7n) * 9n) % word;
    const shifted = (s[1] << 9n) % word;
    s[2] ^= s[0];
    s[3] ^= s[1];
    s[1] ^= s[2];
    s[0] ^= s[3];
    s[2] ^= shifted;
    s[3] = rotate(s[3], 11n);
    return Number(result);
  };
}

const take = <T>(count: number, next: () => T) => Array.from({ length: count }, next);

describe("xoshiro128", () => {
  it("gives the numbers of the published algorithm", () => {
    const states = fc.tuple(...Array.from({ length: 4 }, () => fc.integer({ min: 0, max: 2 ** 32 - 1 })));
    fc.assert(
      fc.property(states, (state) => {
        const [a, b, c, d] = state as [number, number, number, number];
        expect(take(50, xoshiro128(a, b, c, d))).toEqual(take(50, reference(state)));
      }),
    );
  });

  it("starts as known from the state 1, 2, 3, 4", () => {
    expect(take(4, xoshiro128(1, 2, 3, 4))).toEqual([11520, 0, 5927040, 70819200]);
  });
});

describe("seededRandom", () => {
  it("is seeded by sha256 and has 53 random bits", () => {
    const hash = createHash("sha256").update("plan/stage/id-ü").digest();
    const next = reference([0, 4, 8, 12].map((at) => hash.readUInt32BE(at)));
    const expected = take(20, () => ((next() >>> 5) * 2 ** 26 + (next() >>> 6)) / 2 ** 53);
    expect(take(20, seededRandom("plan/stage/id-ü"))).toEqual(expected);
  });

  it("stays in [0, 1) and uses all of it", () => {
    const tenths = new Array<number>(10).fill(0);
    for (const number of take(10_000, seededRandom("spread"))) tenths[Math.floor(number * 10)]!++;
    expect(tenths.every((count) => count > 850 && count < 1150)).toBe(true);
  });
});

describe("recordRandom", () => {
  it("gives a record the same numbers again, and every plan, stage and record its own", () => {
    const first = (plan: string, stage: string, id: string) => recordRandom(plan, stage)({ id })();
    expect([
      first("p", "s", "1"),
      new Set([first("p", "s", "1"), first("q", "s", "1"), first("p", "t", "1"), first("p", "s", "2")]).size,
    ]).toEqual([seededRandom("p/s/1")(), 4]);
  });
});
