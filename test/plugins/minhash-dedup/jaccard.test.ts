import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { jaccard, mostShingles } from "../../../plugins/minhash-dedup/jaccard.ts";

const set = fc.uniqueArray(fc.integer({ min: 0, max: 60 }), { maxLength: 50 });

function sorted(numbers: Iterable<number>): Uint32Array {
  return Uint32Array.from(numbers).sort();
}

describe("jaccard", () => {
  it("is shared ÷ in either", () => {
    fc.assert(
      fc.property(set, set, (a, b) => {
        const union = new Set([...a, ...b]).size;
        const shared = a.filter((x) => b.includes(x)).length;
        expect(jaccard(sorted(a), sorted(b))).toBe(union === 0 ? 1 : shared / union);
      }),
    );
  });

  it("of sets that were cut is the same as over the smallest of both together", () => {
    const scattered = (from: number, to: number) => {
      const all: number[] = [];
      for (let i = from; i < to; i++) all.push(Math.imul(i, 0x9e3779b1) >>> 0);
      return sorted(all);
    };
    const a = scattered(0, 9000);
    const b = scattered(1000, 10_000);
    const union = sorted(new Set([...a, ...b])).subarray(0, mostShingles);
    const shared = union.filter((x) => a.includes(x) && b.includes(x)).length;
    expect(jaccard(a.subarray(0, mostShingles), b.subarray(0, mostShingles))).toBe(shared / mostShingles);
  });
});
