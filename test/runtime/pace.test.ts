import { expect, test } from "vitest";
import { plugins } from "../../src/builtins.ts";
import { paceOf } from "../../src/runtime/pace.ts";
import { minimum, stageOf } from "./support.ts";

const window = { records: 8_192, bytes: 1_000_000 };
const slow = (batch: number, concurrency: number) => stageOf(plugins.respond, {}, { batch, concurrency });

test("without slow stages chunks and window are as large as they may be", () => {
  expect(paceOf([stageOf(minimum)], window)).toEqual({ window, chunk: 256 });
});

test("with slow stages a chunk is a quarter of the calls that are under way at once, and the window four rounds of calls of the widest", () => {
  expect(paceOf([stageOf(minimum), slow(1, 8), slow(4, 16)], window)).toEqual({
    window: { records: 256, bytes: 1_000_000 },
    chunk: 2,
  });
});

test("a window that is smaller stays so", () => {
  expect(paceOf([slow(256, 64)], window)).toEqual({ window, chunk: 256 });
});
