import { expect, test } from "vitest";
import { createMemoryLog } from "../../src/log/memory/memory-log.ts";
import { checkConformance } from "../../src/testing/conformance.ts";
import { appendJson, pipelineOf, runUntilIdle, valuesOf } from "../runtime/support.ts";
import { execStage, programOf } from "./support.ts";

test.each(["words.py", "shout.py"])("%s keeps the contract", async (file) => {
  expect(await checkConformance((await programOf(file)).plugin)).toEqual([]);
});

test("a filter in Python attaches its measures, tags and reasons like any other", async () => {
  const log = createMemoryLog();
  await appendJson(log, "raw", [
    { id: "short", instruction: "Hi" },
    { id: "long", instruction: "What is \ud800 entropy, 日本?" },
  ]);
  await runUntilIdle(log, [pipelineOf([await execStage(["words.py"], {}, { min_words: 3 })])]);
  expect(await valuesOf(log, "curated")).toMatchObject([
    {
      id: "long",
      turns: [{ role: "user", content: "What is \ud800 entropy, 日本?" }],
      measures: { words: { words: 5 } },
      tags: { size: { value: "large", by: "words@1.0.0" } },
    },
  ]);
  expect(await valuesOf(log, "p.rejected")).toMatchObject([
    {
      id: "short",
      verdict: {
        stage: "words",
        plugin: "words@1.0.0",
        reasons: [
          { code: "too_short", message: "It has 1 words; at least 3 are wanted.", observed: 1, limit: 3 },
        ],
      },
    },
  ]);
});

test("a transform in Python rewrites; records it gives back as they are do not travel", async () => {
  const log = createMemoryLog();
  await appendJson(log, "raw", [
    { id: "a", instruction: "Hi", response: "Hello", score: 0.1 },
    { id: "b", instruction: "Hi" },
  ]);
  await runUntilIdle(log, [pipelineOf([await execStage(["shout.py"])])]);
  expect(await valuesOf(log, "curated")).toMatchObject([
    { id: "a", turns: [{ content: "Hi" }, { content: "HELLO" }], extra: { score: 0.1 } },
    { id: "b", turns: [{ content: "Hi" }] },
  ]);
});

test("the order of the log is kept with several copies of the program", async () => {
  const log = createMemoryLog();
  const ids = Array.from({ length: 600 }, (_, i) => `r${i}`);
  await appendJson(
    log,
    "raw",
    ids.map((id) => ({ id, instruction: "Hi there" })),
  );
  await runUntilIdle(log, [pipelineOf([await execStage(["words.py"], { workers: 3, batch: 16 })])]);
  expect((await valuesOf<{ id: string }>(log, "curated")).map(({ id }) => id)).toEqual(ids);
});
