import { expect, test } from "vitest";
import { Frequent } from "../../../src/cli/report/frequent.ts";

test("the most frequent come first, equal ones by name", () => {
  const frequent = new Frequent(10);
  for (const key of ["b", "a", "c", "c", "b", "c", "d"]) frequent.add(key);
  expect([frequent.top(3), frequent.size, frequent.exact]).toEqual([["c", "b", "a"], 4, true]);
});

test("frequent keys survive any number of rare ones, in bounded memory", () => {
  const frequent = new Frequent(50);
  for (let i = 0; i < 10_000; i++) {
    frequent.add(`rare ${i}`);
    if (i % 10 === 0) frequent.add("often");
    if (i % 20 === 0) frequent.add("sometimes");
  }
  expect([frequent.top(2), frequent.size <= 50, frequent.exact]).toEqual([
    ["often", "sometimes"],
    true,
    false,
  ]);
});
