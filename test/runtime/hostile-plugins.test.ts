import { Type } from "typebox";
import { describe, expect, it } from "vitest";
import type { Json } from "../../src/core/json.ts";
import type { QuarantineEntry } from "../../src/core/outcome.ts";
import { defineFilter, defineTransform, type Plugin } from "../../src/core/plugin.ts";
import type { MagpieRecord } from "../../src/core/record.ts";
import { closed } from "../../src/core/schema.ts";
import { instructionOf } from "../../src/core/text.ts";
import { drop, keep } from "../../src/core/verdict.ts";
import { createMemoryLog } from "../../src/log/memory/memory-log.ts";
import { readLedger } from "../../src/runtime/read-ledger.ts";
import { verifyPipeline } from "../../src/runtime/verify.ts";
import { appendJson, once, pipelineOf, runUntilIdle, stageOf, valuesOf } from "./support.ts";

/** What a plugin in plain JavaScript may give where the types promise something else. */
const hostile = (value: unknown) => value as never;

const cyclic: { self?: unknown } = {};
cyclic.self = cyclic;

const notJson: readonly (readonly [string, unknown])[] = [
  ["a BigInt", 1n],
  ["NaN", Number.NaN],
  ["infinity", Number.POSITIVE_INFINITY],
  ["a date", new Date(0)],
  ["a function", () => 1],
  ["a map", new Map([["a", 1]])],
  ["a cycle", cyclic],
];

/** Behaves for every record but those whose instruction is `bad`. */
function filterWith(bad: { decide?: unknown; tag?: unknown; measure?: unknown }): Plugin {
  return defineFilter({
    meta: {
      name: "hostile",
      version: "1.0.0",
      summary: "Breaks its contract.",
      config: closed({}),
      measures: Type.Object({ bad: Type.Boolean(), more: Type.Optional(Type.Any()) }),
      tags: { label: "A label." },
      reasons: { bad: "It is bad: {observed}." },
    },
    decide: (measures) => (measures.bad && "decide" in bad ? hostile(bad.decide) : keep),
    tag: (measures) => (measures.bad && "tag" in bad ? { label: hostile(bad.tag) as Json } : {}),
    setup: () => ({
      measure: (batch) =>
        batch.map((record) =>
          instructionOf(record) === "bad"
            ? "measure" in bad
              ? { bad: true, more: bad.measure }
              : { bad: true }
            : { bad: false },
        ),
    }),
  });
}

function transformWith(change: (record: MagpieRecord) => unknown): Plugin {
  return defineTransform({
    meta: { name: "hostile", version: "1.0.0", summary: "Breaks its contract.", config: closed({}) },
    setup: () => ({
      apply: (batch) =>
        batch.map((record) => (instructionOf(record) === "bad" ? hostile(change(record)) : record)),
    }),
  });
}

/** Where good and bad records end, and the code of each that is in quarantine. */
async function endsOf(plugin: Plugin) {
  const log = createMemoryLog();
  await appendJson(
    log,
    "raw",
    ["good", "bad", "fine"].map((instruction) => ({ id: instruction, instruction })),
  );
  const pipeline = pipelineOf([stageOf(plugin)]);
  await runUntilIdle(log, [pipeline]);
  const { pipelines } = await readLedger(log, [pipeline], { digest: false });
  expect(pipelines["p"]!.balanced).toBe(true);
  expect((await verifyPipeline(log, pipeline)).problems).toEqual([]);
  return {
    curated: (await valuesOf<MagpieRecord>(log, "curated")).map((record) => record.id),
    rejected: (await valuesOf<MagpieRecord>(log, "p.rejected")).map((record) => record.id),
    quarantined: (await valuesOf<QuarantineEntry>(log, "p.quarantine")).map(
      (entry) => `${entry.id} ${entry.error.code}`,
    ),
  };
}

const onlyBadQuarantined = {
  curated: ["good", "fine"],
  rejected: [],
  quarantined: ["bad MGP_PLUGIN_RESULT"],
};

describe("a verdict that is none", () => {
  it.each([
    ["nothing", undefined],
    ["a boolean", true],
    ["a promise", Promise.resolve(keep)],
    ["a drop without reasons", { keep: false }],
    ["a drop with an empty list", { keep: false, reasons: [] }],
    ["reasons that are texts", { keep: false, reasons: ["bad"] }],
    ["a code that is not declared", { keep: false, reasons: [{ code: "constructor" }] }],
    ["a ref that is no text", { keep: false, reasons: [{ code: "bad", ref: 1 }] }],
  ])("quarantines its record in a filter: %s", async (_, verdict) => {
    expect(await endsOf(filterWith({ decide: verdict }))).toEqual(onlyBadQuarantined);
  });

  it("quarantines its record in a stateful stage, and leaves nothing of it in the state", async () => {
    const log = createMemoryLog();
    await appendJson(
      log,
      "raw",
      ["a", "b", "a"].map((instruction, id) => ({ id, instruction })),
    );
    const plugin: Plugin = { ...once, decide: ({ holder }) => (holder === "" ? keep : hostile(undefined)) };
    const pipeline = pipelineOf([stageOf(plugin, { explodeOn: "" })]);
    await runUntilIdle(log, [pipeline]);
    const [entry] = await valuesOf<QuarantineEntry>(log, "p.quarantine");
    expect([entry?.id, entry?.error.code]).toEqual(["2", "MGP_PLUGIN_RESULT"]);
    expect((await verifyPipeline(log, pipeline)).problems).toEqual([]);
  });
});

describe("a value that JSON cannot carry", () => {
  it.each(notJson)("quarantines its record as a reason's observed value: %s", async (_, observed) => {
    const ends = await endsOf(filterWith({ decide: drop({ code: "bad", observed: hostile(observed) }) }));
    expect(ends).toEqual(onlyBadQuarantined);
  });

  it.each([...notJson, ["undefined", undefined] as const])(
    "quarantines its record as a tag: %s",
    async (_, tag) => {
      expect(await endsOf(filterWith({ tag }))).toEqual(onlyBadQuarantined);
    },
  );

  it.each(notJson)("quarantines its record as a measure: %s", async (_, measure) => {
    expect(await endsOf(filterWith({ measure }))).toEqual(onlyBadQuarantined);
  });

  it.each(notJson)("quarantines the record a transform put it in: %s", async (_, value) => {
    expect(await endsOf(transformWith((record) => ({ ...record, extra: { value } })))).toEqual(
      onlyBadQuarantined,
    );
  });
});

describe("a transform that changes its input in place", () => {
  it.each([
    ["a BigInt", 1n],
    ["a cycle", cyclic],
  ])("costs only the record it put %s in", async (_, value) => {
    const change = (record: MagpieRecord) => {
      Object.assign(record.extra, { value });
      return record;
    };
    expect(await endsOf(transformWith(change))).toEqual(onlyBadQuarantined);
  });
});

describe("a transform", () => {
  it.each([
    ["another id", (record: MagpieRecord) => ({ ...record, id: "other" })],
    ["no turns", ({ turns: _, ...rest }: MagpieRecord) => rest],
    ["an unknown member", (record: MagpieRecord) => ({ ...record, score: 1 })],
    ["a text", () => "bad"],
    ["nothing", () => undefined],
  ])("quarantines a record it gives %s", async (_, change) => {
    expect(await endsOf(transformWith(change))).toEqual(onlyBadQuarantined);
  });
});

describe("names that JavaScript's own objects have", () => {
  it("are as good as any other for stages, reasons, tags, columns and ids", async () => {
    const names = ["constructor", "toString", "valueOf", "hasOwnProperty"] as const;
    for (const name of names) {
      const plugin = defineFilter({
        meta: {
          name: "named",
          version: "1.0.0",
          summary: "Drops all.",
          config: closed({}),
          measures: closed({ n: Type.Integer() }),
          reasons: { [name]: "Dropped." },
        },
        decide: () => drop({ code: name }, { code: name }),
        tag: () => ({ [name]: 1, ["__proto__"]: 2 }),
        setup: () => ({ measure: (batch) => batch.map(() => ({ n: 1 })) }),
      });
      const log = createMemoryLog();
      await log.append("raw", [
        { value: Buffer.from(`{"id":"__proto__","instruction":"x","__proto__":{"a":1},"${name}":2}`) },
      ]);
      const pipeline = pipelineOf([stageOf(plugin, {}, {}, name)]);
      await runUntilIdle(log, [pipeline]);
      const { pipelines } = await readLedger(log, [pipeline], { digest: false });
      expect(pipelines["p"]!.stages).toEqual([
        { id: name, in: 1, kept: 0, dropped: 1, quarantined: 0, reasons: { [name]: 1 }, orphaned: 0 },
      ]);
      const [rejected] = await valuesOf<MagpieRecord>(log, "p.rejected");
      expect(rejected).toEqual({
        ...rejected,
        id: "__proto__",
        measures: { [name]: { n: 1 } },
        tags: { [name]: { value: 1, by: "named@1.0.0" }, ["__proto__"]: { value: 2, by: "named@1.0.0" } },
        extra: { ["__proto__"]: { a: 1 }, [name]: 2 },
      });
      expect(Object.keys(rejected!.tags).sort()).toEqual(["__proto__", name].sort());
      expect(Object.keys(rejected!.extra).sort()).toEqual(["__proto__", name].sort());
    }
  });
});
