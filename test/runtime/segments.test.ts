import fc from "fast-check";
import { map, switchMap, take, timer } from "rxjs";
import { Type } from "typebox";
import { describe, expect, it } from "vitest";
import exactDedup from "../../plugins/exact-dedup/plugin.ts";
import minhashDedup from "../../plugins/minhash-dedup/plugin.ts";
import { validateStageConfig } from "../../src/config/validate-stage-config.ts";
import { MagpieError } from "../../src/core/errors.ts";
import type { JsonObject } from "../../src/core/json.ts";
import { outputTopics, type Pipeline } from "../../src/core/pipeline.ts";
import { defineFilter, defineStateful, type Plugin } from "../../src/core/plugin.ts";
import { parsePosition } from "../../src/core/position.ts";
import { RecordError } from "../../src/core/record-error.ts";
import { closed } from "../../src/core/schema.ts";
import { internalTopics, segmentsOf } from "../../src/core/segments.ts";
import type { Stage } from "../../src/core/stage.ts";
import { instructionOf } from "../../src/core/text.ts";
import { keep } from "../../src/core/verdict.ts";
import type { Log, Segment, TaskId } from "../../src/log/log.ts";
import { MemoryFaults } from "../../src/log/memory/memory-faults.ts";
import { createMemoryLog } from "../../src/log/memory/memory-log.ts";
import { MemoryStore } from "../../src/log/memory/memory-store.ts";
import { readLedger } from "../../src/runtime/read-ledger.ts";
import { verifyPipeline } from "../../src/runtime/verify.ts";
import { messagesOf, minimum, outputsOf, pipelineOf, runUntilIdle, stageOf, valuesOf } from "./support.ts";

const prefix = "test";
const segments = { prefix };

function configured(plugin: Plugin, config: JsonObject, id: string): Stage {
  const checked = validateStageConfig(plugin, config);
  if ("problems" in checked) throw new Error("the configuration of the test is wrong");
  return stageOf(plugin, checked.config, {}, id);
}

/** Fails with what contains `explode`. */
const fussy = defineFilter({
  meta: {
    name: "fussy",
    version: "1.0.0",
    summary: "Keeps all it can read.",
    config: closed({}),
    measures: closed({}),
    reasons: {},
  },
  decide: () => keep,
  setup: () => ({
    measure: (batch) =>
      batch.map((record) =>
        instructionOf(record)?.includes("explode") ? new RecordError("EXPLODED", "it exploded") : {},
      ),
  }),
});

/** Counts what it admits, and cannot prepare what contains `green`. */
const picky = defineStateful({
  meta: {
    name: "picky",
    version: "1.0.0",
    summary: "Counts.",
    config: closed({}),
    measures: closed({ count: Type.Integer(), time: Type.Number() }),
    reasons: {},
  },
  fingerprint: () => ({}),
  decide: () => keep,
  setup: () => ({
    prepare: (batch) =>
      batch.map((record) =>
        instructionOf(record)?.includes("green") ? new RecordError("GREEN", "it is green") : new Uint8Array(),
      ),
    admit(_prepared, _record, { streamTime }, state) {
      const count = (state.get("count")?.[0] ?? 0) + 1;
      state.put("count", Uint8Array.of(count % 256));
      return { count: count % 256, time: streamTime };
    },
  }),
});

const slow = { ...minimum, meta: { ...minimum.meta, name: "slow", slow: true } } as typeof minimum;

/** Filter, three stateful stages, filter, slow filter, stateful stage: four segments. */
const pipeline = pipelineOf([
  stageOf(minimum, { min: 3 }, {}, "first"),
  configured(exactDedup, { by: "instruction" }, "exact"),
  stageOf(picky, {}, {}, "picky"),
  configured(minhashDedup, { threshold: 0.6 }, "near"),
  stageOf(fussy, {}, {}, "fussy"),
  stageOf(slow, { min: 6 }, { batch: 3, concurrency: 4 }, "slow"),
  configured(exactDedup, { by: "id" }, "ids"),
]);

const words = ["red", "blue", "green", "seven", "horses", "run", "quickly", "explode"];

/** Texts of few words, so that many are equal or nearly so; some short, some that a plugin fails on, some that are no records. */
const line = fc.oneof(
  {
    weight: 9,
    arbitrary: fc.record({
      id: fc.nat(30),
      created: fc.option(fc.nat(50), { nil: undefined }),
      instruction: fc.array(fc.constantFrom(...words), { maxLength: 5 }).map((list) => list.join(" ")),
    }),
  },
  { weight: 1, arbitrary: fc.constantFrom("{no json", "[]") },
);

async function logWith(lines: readonly unknown[], partitions: number, log: Log): Promise<Log> {
  await log.topics.ensure("raw", { partitions });
  for (const topic of outputTopics(pipeline)) await log.topics.ensure(topic, { partitions: 1 });
  await log.append(
    "raw",
    lines.map((value, i) => ({
      value: Buffer.from(typeof value === "string" ? value : JSON.stringify(value)),
      timestamp: 1_000 + i,
    })),
  );
  return log;
}

const segmented = (over: Partial<Parameters<typeof createMemoryLog>[0]> = {}) =>
  createMemoryLog({ segments, ...over });

/** The log with other assignments. */
function withTasks(log: Log, choose: (tasks: readonly TaskId[]) => readonly TaskId[]): Log {
  return new Proxy(log, {
    get(target, name) {
      const value = Reflect.get(target, name);
      if (name !== "assignments") return typeof value === "function" ? value.bind(target) : value;
      return (segment: Segment) => target.assignments(segment).pipe(map(choose));
    },
  });
}

async function until(condition: () => Promise<boolean>): Promise<void> {
  while (!(await condition())) await new Promise((resolve) => setTimeout(resolve, 5));
}

async function expectSound(log: Log, of: Pipeline, inFlight = 0): Promise<void> {
  const account = (await readLedger(log, [of], { digest: false })).pipelines[of.name]!;
  expect([account.balanced, account.inFlight]).toEqual([true, inFlight]);
  expect(account.received).toEqual(account.curated + account.rejected + account.quarantined + inFlight);
  const report = await verifyPipeline(log, of);
  expect([report.problems, report.checked.inputs, report.checked.inFlight]).toEqual([
    [],
    account.received,
    inFlight,
  ]);
}

describe("a pipeline in segments", () => {
  it("over one partition gives the same bytes as in one piece, in every topic", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(line, { maxLength: 60 }), async (lines) => {
        const whole = await logWith(lines, 1, createMemoryLog());
        await runUntilIdle(whole, [pipeline]);
        const cut = await logWith(lines, 1, segmented());
        await runUntilIdle(cut, [pipeline]);
        expect(await outputsOf(cut, pipeline)).toEqual(await outputsOf(whole, pipeline));
        await expectSound(cut, pipeline);
        const [a, b] = await Promise.all(
          [whole, cut].map((log) => readLedger(log, [pipeline], { digest: true })),
        );
        const stagesOf = (report: typeof a) =>
          report!.pipelines["p"]!.stages.map(({ orphaned: _, ...stage }) => stage);
        expect(stagesOf(b)).toEqual(stagesOf(a));
      }),
      { numRuns: 25 },
    );
  }, 60_000);

  it("over several partitions gives what one piece gives when it is fed in the order that the first order topic recorded", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(line, { maxLength: 60 }),
        fc.integer({ min: 2, max: 4 }),
        async (lines, partitions) => {
          const cut = await logWith(lines, partitions, segmented());
          await runUntilIdle(cut, [pipeline]);
          await expectSound(cut, pipeline);

          const inputs = new Map(
            (await messagesOf(cut, "raw")).map((message) => [
              `${message.position.partition}/${message.position.offset}`,
              message,
            ]),
          );
          const ordered = await messagesOf(cut, `${prefix}.p.order-1`);
          const whole = createMemoryLog();
          await logWith([], partitions, whole);
          await whole.append(
            "raw",
            ordered.map(({ headers }) => {
              const { partition, offset } = parsePosition(headers["magpie-source"]!)!;
              const { value, timestamp } = inputs.get(`${partition}/${offset}`)!;
              return { value, timestamp, partition };
            }),
          );
          await runUntilIdle(whole, [pipeline]);
          // The plans tell from which position they were in force; the slow segment keeps order within its partition only, here one.
          const { "p.plans": _, ...expected } = await outputsOf(whole, pipeline);
          const { "p.plans": __, ...found } = await outputsOf(cut, pipeline);
          expect(found).toEqual(expected);
        },
      ),
      { numRuns: 25 },
    );
  }, 60_000);

  it("loses and doubles nothing when commits fail, and tasks are taken away and given back", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(line, { minLength: 20, maxLength: 80 }),
        fc.array(fc.constantFrom("before" as const, "after" as const, "steal" as const), { maxLength: 8 }),
        async (lines, failures) => {
          const faults = new MemoryFaults();
          const log = await logWith(lines, 3, segmented({ faults }));
          for (const failure of failures) {
            if (failure === "steal") continue;
            faults.next("commit", failure, new MagpieError("MGP_LOG_UNAVAILABLE", "gone for a moment"));
          }
          if (failures.includes("steal")) setTimeout(() => faults.steal("p"), 5);
          await runUntilIdle(log, [pipeline], { commit: { records: 5, bytes: 10_000, everyMs: 2 } });
          await expectSound(log, pipeline);
          const written = await Promise.all(
            outputTopics(pipeline)
              .slice(0, 3)
              .map((topic) => messagesOf(log, topic)),
          );
          const sources = written.flat().map(({ headers }) => headers["magpie-source"]);
          expect(sources.length).toEqual(lines.length);
          expect(new Set(sources).size).toEqual(lines.length);
        },
      ),
      { numRuns: 20 },
    );
  }, 60_000);

  it("is shared by several processes, and ends in each of them when all is done", async () => {
    const store = new MemoryStore();
    const lines = Array.from({ length: 200 }, (_, i) => ({
      id: i,
      instruction: `text number ${i % 150} of many`,
    }));
    await logWith(lines, 4, segmented({ store }));
    const of = (mine: (task: TaskId) => boolean) =>
      withTasks(segmented({ store }), (tasks) => tasks.filter(mine));
    const first = of(({ partition, segment }) => segment.name.startsWith("parallel") && partition < 2);
    const second = of(({ partition, segment }) => segment.name.startsWith("order") || partition >= 2);
    await Promise.all([runUntilIdle(first, [pipeline]), runUntilIdle(second, [pipeline])]);
    await expectSound(segmented({ store }), pipeline);
    const [summary] = Object.values((await readLedger(second, [pipeline], { digest: false })).pipelines);
    expect(summary!.received).toEqual(200);
  });

  it("opens its tasks again when they are assigned anew", async () => {
    const lines = Array.from({ length: 300 }, (_, i) => ({ id: i, instruction: `text number ${i} of many` }));
    const plain = await logWith(lines, 2, segmented());
    const log: Log = new Proxy(plain, {
      get(target, name) {
        const value = Reflect.get(target, name);
        if (name !== "assignments") return typeof value === "function" ? value.bind(target) : value;
        return (segment: Segment) =>
          timer(0, 100).pipe(
            take(6),
            switchMap(() => target.assignments(segment)),
          );
      },
    });
    await runUntilIdle(log, [pipeline], { commit: { records: 20, bytes: 100_000, everyMs: 2 } });
    await expectSound(plain, pipeline);
  });

  it("hands the trace of an input on to its output, like one piece does", async () => {
    const traced = {
      traceparent: "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
      tracestate: "a=b",
    };
    for (const log of [createMemoryLog(), segmented()]) {
      await logWith([], 1, log);
      await log.append("raw", [
        {
          value: Buffer.from(`{"id":1,"instruction":"text number one"}`),
          headers: { ...traced, other: "x" },
        },
        { value: Buffer.from(`{"id":2,"instruction":"no"}`), headers: { traceparent: traced.traceparent } },
        { value: Buffer.from(`{"id":3,"instruction":"a text without one"}`), headers: { tracestate: "c=d" } },
      ]);
      await runUntilIdle(log, [pipeline]);
      const outputs = [...(await messagesOf(log, "curated")), ...(await messagesOf(log, "p.rejected"))];
      expect(
        outputs.map(({ key, headers }) => [
          key,
          headers["traceparent"],
          headers["tracestate"],
          headers["other"],
        ]),
      ).toEqual([
        ["1", traced.traceparent, "a=b", undefined],
        ["3", undefined, undefined, undefined],
        ["2", traced.traceparent, undefined, undefined],
      ]);
    }
  });

  it("tells what is on its way between segments", async () => {
    const log = await logWith(
      Array.from({ length: 9 }, (_, i) => ({ id: i, instruction: `text number ${i}` })),
      1,
      segmented(),
    );
    const firstOnly = withTasks(log, (tasks) => tasks.filter(({ segment }) => segment.name === "parallel-1"));
    const stop = new AbortController();
    const running = runUntilIdle(firstOnly, [pipeline], { untilIdle: false, stop: stop.signal });
    await until(async () => (await messagesOf(log, `${prefix}.p.order-1`)).length === 9);
    stop.abort();
    await running;
    await expectSound(log, pipeline, 9);
  });

  it("is refused an edit that leaves records behind in a segment that is no longer there", async () => {
    const log = await logWith([{ id: 1, instruction: "text number one" }], 1, segmented());
    const untilThird = withTasks(log, (tasks) =>
      tasks.filter(({ segment }) => ["parallel-1", "order-1"].includes(segment.name)),
    );
    const stop = new AbortController();
    const running = runUntilIdle(untilThird, [pipeline], { untilIdle: false, stop: stop.signal });
    await until(async () => (await messagesOf(log, `${prefix}.p.parallel-2`)).length === 1);
    stop.abort();
    await running;
    const without = { ...pipeline, stages: pipeline.stages.slice(0, 5) };
    await expect(runUntilIdle(log, [without])).rejects.toMatchObject({
      code: "MGP_SEGMENT_LEFT",
      message: expect.stringContaining("test.p.parallel-2"),
    });
    await runUntilIdle(log, [pipeline]);
    await expectSound(log, pipeline);
  });

  it("is refused an edit that does not fit the state of a segment, wherever it stands", async () => {
    const log = await logWith([{ id: 1, instruction: "text number one" }], 1, segmented());
    await runUntilIdle(log, [pipeline]);
    const { stages } = pipeline;
    const changed = {
      ...pipeline,
      stages: [...stages.slice(0, 6), configured(exactDedup, { by: "instruction" }, "ids")],
    };
    await expect(runUntilIdle(log, [changed])).rejects.toMatchObject({ code: "MGP_STATE_FINGERPRINT" });
    const gone = { ...pipeline, stages: stages.slice(0, 6) };
    await expect(runUntilIdle(log, [gone])).rejects.toMatchObject({ code: "MGP_STATE_FINGERPRINT" });
  });

  it("makes its internal topics, the order topics with one partition", async () => {
    const log = segmented();
    await log.topics.ensure("raw", { partitions: 3 });
    await log.topics.ensure("curated", { partitions: 2 });
    await runUntilIdle(log, [pipeline]);
    const made = await Promise.all(
      internalTopics(segmentsOf(pipeline, prefix)).map(async ({ name }) => [
        name,
        (await log.topics.get(name))?.partitions,
      ]),
    );
    expect(made).toEqual([
      ["test.p.order-1", 1],
      ["test.p.parallel-2", 2],
      ["test.p.order-2", 1],
    ]);
    expect(await valuesOf(log, "p.plans")).toEqual([]);
  });
});
