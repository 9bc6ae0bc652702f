import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fullJitter } from "../../src/runtime/backoff.ts";

describe("fullJitter", () => {
  it("doubles its limit with every attempt, up to the cap", () => {
    expect([1, 2, 3, 4, 5, 1000].map((attempt) => fullJitter(attempt, 100, 1000, () => 0.5))).toEqual([
      50, 100, 200, 400, 500, 500,
    ]);
  });

  it("is never negative and never reaches the cap", () => {
    const random = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 100 }), random, (attempt, number) => {
        const wait = fullJitter(attempt, 100, 1000, () => number);
        expect(wait >= 0 && wait < 1000).toBe(true);
      }),
    );
  });
});
