import { expect, test } from "vitest";
import { Sample } from "../../../src/cli/report/sample.ts";

function sampled(keys: readonly string[], size = 3): readonly string[] {
  const sample = new Sample<string>(size);
  for (const key of keys) sample.offer(key, () => key);
  return sample.items;
}

const keys = Array.from({ length: 1000 }, (_, i) => `raw/0/${i}`);

test("a sample is the same in whatever order items come", () => {
  const chosen = sampled(keys);
  expect(chosen).toHaveLength(3);
  expect(sampled(keys.toReversed())).toEqual(chosen);
});

test("all items are taken while there are few, and none is made that is not chosen", () => {
  expect([...sampled(["a", "b"])].sort()).toEqual(["a", "b"]);
  const sample = new Sample<string>(1);
  let made = 0;
  for (const key of keys)
    sample.offer(key, () => {
      made += 1;
      return key;
    });
  expect(made).toBeLessThan(30);
});

test("every item has the same chance", () => {
  const firstHalf = Array.from({ length: 100 }, (_, run) =>
    sampled(keys.map((key) => `${run}/${key}`)).filter((key) => Number(key.split("/").at(-1)) < 500),
  ).flat().length;
  expect(firstHalf / 300).toBeGreaterThan(0.4);
  expect(firstHalf / 300).toBeLessThan(0.6);
});
