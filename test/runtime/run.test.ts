import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { QuarantineEntry } from "../../src/core/outcome.ts";
import { sha256Hex } from "../../src/core/sha256.ts";
import { createMemoryLog } from "../../src/log/memory/memory-log.ts";
import { replayQuarantine } from "../../src/runtime/quarantine.ts";
import { readLedger } from "../../src/runtime/read-ledger.ts";
import { verifyPipeline } from "../../src/runtime/verify.ts";
import {
  appendJson,
  bytesOf,
  messagesOf,
  minimum,
  once,
  outputsOf,
  pipelineOf,
  runUntilIdle,
  stageOf,
  transformWith,
  valuesOf,
} from "./support.ts";

async function logWith(values: readonly unknown[], partitions = 1) {
  const log = createMemoryLog();
  await log.topics.ensure("raw", { partitions });
  for (const topic of ["curated", "p.rejected", "p.quarantine", "p.plans"])
    await log.topics.ensure(topic, { partitions: 1 });
  await appendJson(log, "raw", values);
  return log;
}

describe("a pipeline run to its end", () => {
  it("puts each record in exactly one topic, with what was measured, where it came from and why it was dropped", async () => {
    const log = await logWith([
      { id: 1, instruction: "hello there" },
      { id: 2, instruction: "no" },
      "{not json",
    ]);
    const pipeline = pipelineOf([stageOf(minimum, { min: 3 })]);
    await runUntilIdle(log, [pipeline]);

    const [plan] = await valuesOf<{ plan: string }>(log, "p.plans");
    expect(plan).toEqual({
      plan: plan!.plan,
      since: {},
      definition: {
        pipeline: "p",
        from: ["raw"],
        to: "curated",
        stages: [{ id: "minimum", plugin: "minimum", version: "1.0.0", with: { min: 3 } }],
      },
    });
    expect(await valuesOf(log, "curated")).toEqual([
      {
        id: "1",
        turns: [{ role: "user", content: "hello there" }],
        provenance: { source: "raw/0/0" },
        measures: { minimum: { chars: 11 } },
        tags: {},
        plan: plan!.plan,
        extra: {},
      },
    ]);
    expect(await valuesOf(log, "p.rejected")).toEqual([
      {
        id: "2",
        turns: [{ role: "user", content: "no" }],
        provenance: { source: "raw/0/1" },
        measures: { minimum: { chars: 2 } },
        tags: {},
        plan: plan!.plan,
        extra: {},
        verdict: {
          stage: "minimum",
          plugin: "minimum@1.0.0",
          reasons: [
            {
              code: "too_short",
              message: "The instruction has 2 characters; at least 3 are required.",
              observed: 2,
              limit: 3,
            },
          ],
        },
      },
    ]);
    const [entry] = await valuesOf<QuarantineEntry>(log, "p.quarantine");
    expect({ ...entry, error: entry!.error.code }).toEqual({
      id: "raw/0/2",
      position: "raw/0/2",
      original: "raw/0/2",
      stage: "read",
      plugin: "",
      error: "MGP_RECORD_JSON",
      attempts: 1,
      bytes: Buffer.from("{not json").toString("base64"),
      sha256: sha256Hex("{not json"),
    });
    const [curated] = await messagesOf(log, "curated");
    expect({ key: curated!.key, headers: curated!.headers, timestamp: curated!.timestamp }).toEqual({
      key: "1",
      headers: { "magpie-source": "raw/0/0", "magpie-pipeline": "p", "magpie-schema": "magpie-record/1" },
      timestamp: 7,
    });
    expect(await readLedger(log, [pipeline], { digest: false })).toEqual({
      pipelines: {
        p: {
          received: 3,
          curated: 1,
          copies: 0,
          rejected: 1,
          quarantined: 1,
          inFlight: 0,
          balanced: true,
          stages: [
            {
              id: "minimum",
              in: 2,
              kept: 1,
              dropped: 1,
              quarantined: 0,
              reasons: { too_short: 1 },
              orphaned: 0,
            },
          ],
        },
      },
    });
    expect(await verifyPipeline(log, pipeline)).toEqual({
      pipeline: "p",
      ok: true,
      checked: { inputs: 3, curated: 1, copies: 0, rejected: 1, quarantined: 1, inFlight: 0 },
      retained: ["raw/0 [0, 3)"],
      orphaned: 0,
      problems: [],
    });
  });

  it("overlaps slow calls and still writes in the order of the source", async () => {
    let under = 0;
    let most = 0;
    const slow = transformWith(async (texts) => {
      most = Math.max(most, ++under);
      await new Promise((resolve) => setTimeout(resolve, Number(texts[0]) % 7));
      under--;
    });
    const ids = Array.from({ length: 500 }, (_, i) => `${i}`);
    const log = await logWith(ids.map((id) => ({ id, instruction: id })));
    await runUntilIdle(log, [pipelineOf([stageOf(slow, {}, { batch: 10, concurrency: 6 })])]);
    expect((await valuesOf<{ id: string }>(log, "curated")).map((record) => record.id)).toEqual(ids);
    expect(most).toBe(6);
  });

  it("runs a chain of pipelines to the end of the last one", async () => {
    const log = await logWith(
      Array.from({ length: 300 }, (_, i) => ({ id: i, instruction: `text ${i % 100}` })),
    );
    await log.topics.ensure("twice", { partitions: 1 });
    const first = pipelineOf([stageOf(once, { explodeOn: "" })]);
    const second = pipelineOf([stageOf(minimum, { min: 7 })], { name: "q", from: ["curated"], to: "twice" });
    await runUntilIdle(log, [second, first], {
      topics: {
        "q.rejected": { partitions: 1 },
        "q.quarantine": { partitions: 1 },
        "q.plans": { partitions: 1 },
      },
    });
    const { pipelines } = await readLedger(log, [first, second], { digest: false });
    expect([pipelines["p"]!.curated, pipelines["q"]!.received, pipelines["q"]!.curated]).toEqual([
      100, 100, 90,
    ]);
  });
});

describe("a plugin that fails", () => {
  it("quarantines only the record it threw on, with its original bytes", async () => {
    const throwing = transformWith((texts) => {
      if (texts.includes("bad")) throw new Error("cannot do bad");
    });
    const log = await logWith(
      ["a", "b", "bad", "c"].map((instruction) => ({ id: instruction, instruction })),
    );
    const pipeline = pipelineOf([stageOf(throwing)]);
    await runUntilIdle(log, [pipeline]);
    expect((await valuesOf<{ id: string }>(log, "curated")).map((record) => record.id)).toEqual([
      "a",
      "b",
      "c",
    ]);
    const [entry] = await valuesOf<QuarantineEntry>(log, "p.quarantine");
    expect([entry!.id, entry!.stage, entry!.plugin, entry!.error.code]).toEqual([
      "bad",
      "upper",
      "upper@1.0.0",
      "MGP_PLUGIN_THREW",
    ]);
    expect(Buffer.from(entry!.bytes, "base64")).toEqual(bytesOf({ id: "bad", instruction: "bad" }));
  });

  it("leaves nothing of a failed admission in the state, and admits the others", async () => {
    const values = ["a", "bad", "a", "b", "bad"].map((instruction, i) => ({ id: i, instruction }));
    const log = await logWith(values);
    const pipeline = pipelineOf([stageOf(once, { explodeOn: "bad" })]);
    await runUntilIdle(log, [pipeline]);
    const keys: string[] = [];
    for await (const { key } of log.scanState("p")) keys.push(Buffer.from(key).toString());
    expect(keys).toEqual(["a", "b"]);
    const { pipelines } = await readLedger(log, [pipeline], { digest: false });
    expect(pipelines["p"]!.stages).toEqual([
      { id: "once", in: 5, kept: 2, dropped: 1, quarantined: 2, reasons: { repeated: 1 }, orphaned: 0 },
    ]);
  });

  it("can be replayed after it is mended: the state knows the record's own earlier attempt", async () => {
    let broken = true;
    const flaky = transformWith((texts) => {
      if (broken && texts.includes("x")) throw new Error("not yet");
    });
    const log = await logWith([
      { id: "x", instruction: "x" },
      { id: "y", instruction: "y" },
    ]);
    const pipeline = pipelineOf([stageOf(once, { explodeOn: "" }), stageOf(flaky)]);
    await runUntilIdle(log, [pipeline]);
    expect(await replayQuarantine(log, pipeline, undefined)).toEqual({ replayed: 1, skipped: 0 });
    await runUntilIdle(log, [pipeline]);
    expect(await replayQuarantine(log, pipeline, undefined)).toEqual({ replayed: 1, skipped: 0 });
    broken = false;
    await runUntilIdle(log, [pipeline]);
    expect((await valuesOf<{ id: string }>(log, "curated")).map((record) => record.id)).toEqual(["y", "x"]);
    expect(await replayQuarantine(log, pipeline, undefined)).toEqual({ replayed: 0, skipped: 1 });
    expect((await verifyPipeline(log, pipeline)).ok).toBe(true);
  });
});

describe("orphaned duplicates", () => {
  it("are counted by the ledger as verify counts them, whichever order their holder was dropped in", async () => {
    const texts = ["hi", "long enough", "hi", "hi", "long enough"];
    const log = await logWith(texts.map((instruction, i) => ({ id: i, instruction })));
    const pipeline = pipelineOf([stageOf(once, { explodeOn: "" }), stageOf(minimum, { min: 5 })]);
    await runUntilIdle(log, [pipeline]);
    const { pipelines } = await readLedger(log, [pipeline], { digest: false });
    expect(pipelines["p"]!.stages.map((stage) => stage.orphaned)).toEqual([2, 0]);
    expect((await verifyPipeline(log, pipeline)).orphaned).toBe(2);
  });
});

describe("an edited pipeline", () => {
  const values = ["abc", "abcdef", "abc"].map((instruction, i) => ({ id: i, instruction }));

  it("goes on under a new plan when no state is touched", async () => {
    const log = await logWith(values);
    await runUntilIdle(log, [pipelineOf([stageOf(once, { explodeOn: "" }), stageOf(minimum, { min: 3 })])]);
    await appendJson(log, "raw", [{ id: 9, instruction: "abcd" }]);
    await runUntilIdle(log, [pipelineOf([stageOf(once, { explodeOn: "" }), stageOf(minimum, { min: 5 })])]);
    const plans = await valuesOf<{ plan: string; since: object }>(log, "p.plans");
    expect(plans.map((plan) => plan.since)).toEqual([{}, { "raw/0": "3" }]);
    expect((await valuesOf<{ plan: string }>(log, "p.rejected")).map((record) => record.plan)).toEqual([
      plans[0]!.plan,
      plans[1]!.plan,
    ]);
  });

  it("is refused when it would fill the state differently", async () => {
    const log = await logWith(values);
    await runUntilIdle(log, [pipelineOf([stageOf(once, { explodeOn: "" })])]);
    const before = await outputsOf(log, pipelineOf([]));
    const edited = { ...once, fingerprint: () => "something else" };
    await expect(runUntilIdle(log, [pipelineOf([stageOf(edited, { explodeOn: "" })])])).rejects.toMatchObject(
      {
        code: "MGP_STATE_FINGERPRINT",
        exit: 2,
      },
    );
    expect(await outputsOf(log, pipelineOf([]))).toEqual(before);
  });
});

describe("a drain", () => {
  it("commits what was read and goes on from there, with the same result as a run that was never stopped", async () => {
    const values = Array.from({ length: 2_000 }, (_, i) => ({ id: i, instruction: `text ${i % 700}` }));
    const pipeline = pipelineOf([stageOf(once, { explodeOn: "" }), stageOf(minimum, { min: 7 })]);
    const whole = await logWith(values, 4);
    await runUntilIdle(whole, [pipeline]);
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 0, max: 12 }), { minLength: 1, maxLength: 4 }),
        async (delays) => {
          const log = await logWith(values, 4);
          for (const delay of delays) {
            const controller = new AbortController();
            setTimeout(() => controller.abort(), delay);
            await runUntilIdle(log, [pipeline], { stop: controller.signal });
            expect((await verifyPipeline(log, pipeline)).problems).toEqual([]);
          }
          await runUntilIdle(log, [pipeline]);
          expect(await outputsOf(log, pipeline)).toEqual(await outputsOf(whole, pipeline));
          expect(await readLedger(log, [pipeline], { digest: true })).toEqual(
            await readLedger(whole, [pipeline], { digest: true }),
          );
        },
      ),
      { numRuns: 6 },
    );
  }, 30_000);

  it("gives up at its deadline, with nothing of the unfinished work written", async () => {
    const hanging = transformWith(() => new Promise(() => {}));
    const log = await logWith([{ id: 1, instruction: "x" }]);
    const pipeline = pipelineOf([stageOf(hanging)]);
    const controller = new AbortController();
    setTimeout(() => controller.abort(), 20);
    await expect(
      runUntilIdle(log, [pipeline], { stop: controller.signal, drainMs: 30 }),
    ).rejects.toMatchObject({ code: "MGP_DRAIN_TIMEOUT", exit: 75 });
    expect(await log.checkpoints("p")).toEqual([]);
  });
});
