import { describe, expect, it } from "vitest";
import type { Pipeline } from "../../src/core/pipeline.ts";
import type { Log } from "../../src/log/log.ts";
import { createMemoryLog } from "../../src/log/memory/memory-log.ts";
import { readLedger } from "../../src/runtime/read-ledger.ts";
import { verifyPipeline } from "../../src/runtime/verify.ts";
import { appendJson, minimum, once, pipelineOf, runUntilIdle, stageOf, valuesOf } from "./support.ts";

const dedup = stageOf(once, { explodeOn: "" });

async function logWith(topic: string, texts: readonly string[]): Promise<Log> {
  const log = createMemoryLog();
  await append(log, topic, texts);
  return log;
}

function append(log: Log, topic: string, texts: readonly string[]): Promise<void> {
  return appendJson(
    log,
    topic,
    texts.map((instruction) => ({ id: instruction, instruction })),
  );
}

async function idsIn(log: Log, topic: string): Promise<readonly string[]> {
  return (await valuesOf<{ id: string }>(log, topic)).map((record) => record.id);
}

async function expectSound(log: Log, pipeline: Pipeline): Promise<void> {
  const { pipelines } = await readLedger(log, [pipeline], { digest: false });
  expect(pipelines[pipeline.name]!.balanced).toBe(true);
  expect((await verifyPipeline(log, pipeline)).problems).toEqual([]);
}

describe("a pipeline whose output topic is changed", () => {
  it("goes on into the new topic, and verify still finds what went into the old one", async () => {
    const log = await logWith("raw", ["one", "two"]);
    await runUntilIdle(log, [pipelineOf([dedup], { to: "old" })]);
    await append(log, "raw", ["two", "three"]);
    const edited = pipelineOf([dedup], { to: "new" });
    await expectSound(log, edited);
    await runUntilIdle(log, [edited]);
    expect([await idsIn(log, "old"), await idsIn(log, "new")]).toEqual([["one", "two"], ["three"]]);
    await expectSound(log, edited);
    const report = await verifyPipeline(log, edited);
    expect(report.checked).toEqual({
      inputs: 4,
      curated: 3,
      copies: 0,
      rejected: 1,
      quarantined: 0,
      inFlight: 0,
    });
  });
});

describe("a pipeline whose sources are changed", () => {
  it("goes on with the others when one is taken away, and where it stood when it comes back", async () => {
    const log = await logWith("a", ["one"]);
    await append(log, "b", ["two"]);
    const both = pipelineOf([dedup], { from: ["a", "b"] });
    const onlyB = pipelineOf([dedup], { from: ["b"] });
    await runUntilIdle(log, [both]);
    await append(log, "a", ["three"]);
    await append(log, "b", ["four"]);
    await runUntilIdle(log, [onlyB]);
    expect(await idsIn(log, "curated")).toEqual(["one", "two", "four"]);
    await expectSound(log, onlyB);
    await runUntilIdle(log, [pipelineOf([dedup], { from: ["b", "a"] })]);
    expect(await idsIn(log, "curated")).toEqual(["one", "two", "four", "three"]);
    await expectSound(log, both);
  });

  it("gives the same results in whichever order they are listed", async () => {
    const results: unknown[] = [];
    for (const from of [
      ["a", "b"],
      ["b", "a"],
    ]) {
      const log = await logWith("a", ["x", "y"]);
      await append(log, "b", ["y", "z"]);
      await append(log, "a", ["z"]);
      await runUntilIdle(log, [pipelineOf([dedup], { from })]);
      results.push([await idsIn(log, "curated"), await idsIn(log, "p.rejected")]);
    }
    expect(results[1]).toEqual(results[0]);
  });

  it("waits for one that does not exist yet, and reads it once it does", async () => {
    const log = await logWith("a", ["one"]);
    const pipeline = pipelineOf([dedup], { from: ["a", "later"] });
    await runUntilIdle(log, [pipeline]);
    await append(log, "later", ["one", "two"]);
    await runUntilIdle(log, [pipeline]);
    expect(await idsIn(log, "curated")).toEqual(["one", "two"]);
    await expectSound(log, pipeline);
  });
});

describe("a pipeline whose stages are changed", () => {
  it("keeps the counts of stages that are gone and balances with those that came", async () => {
    const log = await logWith("raw", ["a", "bbb"]);
    await runUntilIdle(log, [pipelineOf([stageOf(minimum, { min: 3 }, {}, "first"), dedup])]);
    await append(log, "raw", ["bbb", "cccc"]);
    const edited = pipelineOf([dedup, stageOf(minimum, { min: 2 }, {}, "second")]);
    await runUntilIdle(log, [edited]);
    const { pipelines } = await readLedger(log, [edited], { digest: false });
    expect(
      pipelines["p"]!.stages.map(({ id, in: received, kept, dropped }) => [id, received, kept, dropped]),
    ).toEqual([
      ["once", 3, 2, 1],
      ["second", 1, 1, 0],
      ["first", 2, 1, 1],
    ]);
    await expectSound(log, edited);
  });

  it("may get a stateful stage later, which starts from there, but never lose one", async () => {
    const log = await logWith("raw", ["a", "b"]);
    await runUntilIdle(log, [pipelineOf([])]);
    await append(log, "raw", ["a", "a"]);
    await runUntilIdle(log, [pipelineOf([dedup])]);
    expect(await idsIn(log, "curated")).toEqual(["a", "b", "a"]);
    await expect(runUntilIdle(log, [pipelineOf([])])).rejects.toMatchObject({
      code: "MGP_STATE_FINGERPRINT",
    });
  });

  it("writes a plan once for as long as it is in force, however often it starts", async () => {
    const log = await logWith("raw", ["a"]);
    const plans = async () => (await valuesOf<{ since: object }>(log, "p.plans")).map(({ since }) => since);
    await runUntilIdle(log, [pipelineOf([dedup])]);
    await runUntilIdle(log, [pipelineOf([dedup])]);
    await append(log, "raw", ["b"]);
    await runUntilIdle(log, [pipelineOf([stageOf(once, { explodeOn: "" }, { batch: 3, workers: 0 })])]);
    expect(await plans()).toEqual([{}]);
    await append(log, "raw", ["c"]);
    await runUntilIdle(log, [pipelineOf([dedup, stageOf(minimum, { min: 1 })])]);
    await append(log, "raw", ["d"]);
    await runUntilIdle(log, [pipelineOf([dedup])]);
    expect(await plans()).toEqual([{}, { "raw/0": "2" }, { "raw/0": "3" }]);
  });
});
