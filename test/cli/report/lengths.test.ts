import { expect, test } from "vitest";
import { LengthTally } from "../../../src/cli/report/lengths.ts";

function lengthsOf(texts: readonly (string | undefined)[]) {
  const tally = new LengthTally();
  for (const text of texts) tally.add(text);
  return tally.result();
}

test("lengths are counted in characters, and binned over a logarithmic axis", () => {
  expect(lengthsOf(["", "😀", "a", "abcd", "x".repeat(12), undefined])).toEqual({
    texts: 5,
    missing: 1,
    statistics: { mean: 3.6, least: 0, p5: 0, median: 1, p95: 12, most: 12 },
    bins: [
      { from: 0, to: 1, texts: 1 },
      { from: 1, to: 2, texts: 2 },
      { from: 2, to: 3, texts: 0 },
      { from: 3, to: 4, texts: 0 },
      { from: 4, to: 6, texts: 1 },
      { from: 6, to: 7, texts: 0 },
      { from: 7, to: 10, texts: 0 },
      { from: 10, to: 13, texts: 1 },
    ],
  });
});

test("the longest are counted together, and the longest of all is known", () => {
  const { statistics, bins } = lengthsOf(["x".repeat(131_072), "x".repeat(500_000)]);
  expect(bins).toEqual([{ from: 131_072, texts: 2 }]);
  expect(statistics).toMatchObject({ least: 131_072, median: 131_072, most: 500_000, mean: 315_536 });
});

test("without texts there is nothing to say", () => {
  expect(lengthsOf([undefined])).toEqual({ texts: 0, missing: 1, bins: [] });
});
