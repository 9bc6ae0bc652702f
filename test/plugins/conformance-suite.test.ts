import { setTimeout } from "node:timers/promises";
import { Type } from "typebox";
import { describe, expect, it } from "vitest";
import {
  defineFilter,
  defineStateful,
  defineTransform,
  type FilterPlugin,
  type Plugin,
  type StatefulPlugin,
} from "../../src/core/plugin.ts";
import type { MagpieRecord } from "../../src/core/record.ts";
import { closed } from "../../src/core/schema.ts";
import { drop, keep } from "../../src/core/verdict.ts";
import { type ConformanceRule, checkConformance } from "../../src/testing/conformance.ts";

const config = closed({ max: Type.Integer({ default: 5, description: "Most code units." }) });
const measures = closed({ size: Type.Integer({ description: "Code units." }) });

const sizeOf = (record: MagpieRecord) => record.turns.reduce((sum, turn) => sum + turn.content.length, 0);

const filter = defineFilter({
  meta: {
    name: "at-most",
    version: "1.0.0",
    stability: "stable",
    summary: "Drops long records.",
    config,
    measures,
    reasons: { too_long: "It has {observed} code units." },
    examples: [
      {
        title: "Short stays",
        records: [
          { id: "a", instruction: "Hi" },
          { id: "b", instruction: "Hello there" },
        ],
        outcomes: [
          { keep: true, measures: { size: 2 } },
          { keep: false, reasons: ["too_long"] },
        ],
      },
    ],
  },
  decide: ({ size }, { max }) => (size > max ? drop({ code: "too_long", observed: size, limit: max }) : keep),
  setup: () => ({ measure: (batch) => batch.map((record) => ({ size: sizeOf(record) })) }),
});

const stateful = defineStateful({
  meta: {
    name: "seen",
    version: "1.0.0",
    stability: "stable",
    summary: "Drops sizes already seen.",
    config: closed({}),
    measures: closed({ seen: Type.Boolean({ description: "Whether the size was there." }) }),
    reasons: { seen_before: "The size was already there." },
    examples: [
      {
        title: "Twice",
        records: [
          { id: "a", instruction: "Hi" },
          { id: "b", instruction: "Yo" },
        ],
        outcomes: [{ keep: true }, { keep: false, reasons: ["seen_before"] }],
      },
    ],
  },
  fingerprint: () => null,
  decide: ({ seen }) => (seen ? drop({ code: "seen_before" }) : keep),
  setup: () => ({
    prepare: (batch) => batch.map((record) => Buffer.from(`size ${sizeOf(record)}`)),
    admit(key, _record, at, state) {
      const holder = state.get(key);
      if (holder !== undefined && Buffer.from(holder).toString() !== at.original) return { seen: true };
      state.put(key, Buffer.from(at.original));
      return { seen: false };
    },
  }),
});

const transform = defineTransform({
  meta: {
    name: "shout",
    version: "1.0.0",
    stability: "stable",
    summary: "Writes everything in capitals.",
    config: closed({}),
    examples: [
      {
        title: "Louder",
        records: [{ id: "a", instruction: "Hi" }],
        outcomes: [{ keep: true, contents: ["HI"] }],
      },
    ],
  },
  setup: () => ({
    apply: (batch) =>
      batch.map((record) => ({
        ...record,
        turns: record.turns.map((turn) => ({ ...turn, content: turn.content.toUpperCase() })),
      })),
  }),
});

/** A filter that measures otherwise. */
function measuring(
  measure: (batch: readonly MagpieRecord[]) => readonly unknown[] | Promise<readonly unknown[]>,
): Plugin {
  return { ...filter, setup: () => ({ measure }) } as unknown as Plugin;
}

function filterWith(meta: object): Plugin {
  return { ...filter, meta: { ...filter.meta, ...meta } } as unknown as FilterPlugin;
}

async function brokenRules(plugin: Plugin, folder?: string): Promise<readonly ConformanceRule[]> {
  const violations = await checkConformance(plugin, folder === undefined ? {} : { folder });
  return [...new Set(violations.map((violation) => violation.rule))];
}

describe("a plugin that keeps the contract has no violations", () => {
  it.each<[string, Plugin]>([
    ["a filter", filter],
    ["a stateful filter", stateful],
    ["a transform", transform],
  ])("%s", async (_, plugin) => {
    expect(await checkConformance(plugin, { folder: plugin.meta.name })).toEqual([]);
  });
});

describe("metadata", () => {
  it("must be complete", async () => {
    expect(await brokenRules(filterWith({ name: "At Most", version: "one" }))).toEqual(["metadata"]);
  });

  it("must have the folder's name", async () => {
    expect(await checkConformance(filter, { folder: "at-least" })).toEqual([
      { rule: "name", message: "meta.name is at-most, its folder at-least" },
    ]);
  });

  it("must have a closed config schema", async () => {
    const open = Type.Object({ max: Type.Integer({ default: 5, description: "Most code units." }) });
    expect(await checkConformance(filterWith({ config: open }))).toEqual([
      { rule: "config_closed", message: "config does not refuse unknown keys; use closed({…})" },
    ]);
  });

  it("must describe every config key and give every optional one a default", async () => {
    const bare = closed({
      max: Type.Integer({ default: 5 }),
      min: Type.Optional(Type.Integer({ description: "Fewest." })),
    });
    expect(await checkConformance(filterWith({ config: bare }))).toEqual([
      { rule: "config_described", message: "config.max has no description" },
      { rule: "config_default", message: "config.min is optional and has no default" },
    ]);
  });

  it("must have defaults its own schema accepts", async () => {
    const wrong = closed({ max: Type.Integer({ default: "five", description: "Most code units." }) });
    expect(await brokenRules(filterWith({ config: wrong }))).toContain("config_default");
  });

  it("must describe its measures", async () => {
    const bare = Type.Object({ size: Type.Integer() });
    expect(await brokenRules(filterWith({ measures: bare }))).toEqual(["measures_schema"]);
  });

  it("must name its reasons as snake_case states", async () => {
    expect(await brokenRules(filterWith({ reasons: { too_long: "Long.", TooShort: "Short." } }))).toEqual([
      "reasons",
      "reason_example",
    ]);
  });
});

describe("examples", () => {
  it("must reach every reason", async () => {
    const reasons = { too_long: "Long.", too_short: "Short." };
    expect(await checkConformance(filterWith({ reasons }))).toEqual([
      { rule: "reason_example", message: "no example gives too_short" },
    ]);
  });

  it("must give what they say", async () => {
    const example = {
      title: "Wrong",
      records: [
        { id: "a", instruction: "Hi" },
        { id: "b", instruction: "Hello there" },
      ],
      outcomes: [
        { keep: true, measures: { size: 3 } },
        { keep: false, reasons: ["too_long"] },
      ],
    };
    expect(await checkConformance(filterWith({ examples: [example] }))).toEqual([
      { rule: "example", message: '"Wrong", record 1: measure size is 2, the example says 3' },
    ]);
  });

  it("must have an outcome for every record and be readable records", async () => {
    const short = { title: "Short", records: [{ id: "a", instruction: "Hi" }], outcomes: [] };
    const odd = { title: "Odd", records: [{ nothing: "known" }], outcomes: [{ keep: true }] };
    const violations = await checkConformance(
      filterWith({ examples: [...filter.meta.examples!, short, odd] }),
    );
    expect(violations.map((violation) => violation.rule)).toEqual(["example", "example"]);
  });
});

describe("behaviour", () => {
  it("must not change its input", async () => {
    const mutating = measuring((batch) =>
      batch.map((record) => {
        (record as { id: string }).id = "mine";
        return { size: sizeOf(record) };
      }),
    );
    expect(await brokenRules(mutating)).toContain("input_mutated");
  });

  it("must give one result per record", async () => {
    expect(await brokenRules(measuring((batch) => batch.slice(1).map(() => ({ size: 0 }))))).toContain(
      "result_count",
    );
    const deduplicating = measuring((batch) =>
      [...new Map(batch.map((record) => [sizeOf(record), record])).values()].map((record) => ({
        size: sizeOf(record),
      })),
    );
    expect(await brokenRules(deduplicating)).toContain("result_count");
  });

  it("must not depend on the other records of a batch or on their order", async () => {
    const ranking = measuring((batch) => batch.map((_, i) => ({ size: i })));
    expect(await brokenRules(ranking)).toContain("order");
  });

  it("must not depend on what it saw before", async () => {
    let calls = 0;
    const counting = measuring((batch) => {
      calls++;
      return batch.map(() => ({ size: calls }));
    });
    expect(await brokenRules(counting)).toContain("repeatable");
  });

  it("must give declared measures of plain JSON", async () => {
    expect(
      await brokenRules(measuring((batch) => batch.map((record) => ({ size: sizeOf(record), extra: 1 })))),
    ).toContain("result_shape");
    expect(await brokenRules(measuring((batch) => batch.map(() => ({ size: Number.NaN }))))).toContain(
      "result_shape",
    );
  });

  it("must not throw on any text", async () => {
    const throwing = measuring((batch) =>
      batch.map((record) => ({
        size: encodeURIComponent(record.turns.map((turn) => turn.content).join("")).length,
      })),
    );
    expect(await brokenRules(throwing)).toContain("threw");
  });

  it("must not take time that grows faster than the text", async () => {
    const quadratic = measuring(async (batch: readonly MagpieRecord[]) => {
      const spaces = Math.max(0, ...batch.map((record) => (record.turns[0]?.content ?? "").lastIndexOf(" ")));
      const isPadded = batch.some((record) => record.turns[0]?.content.startsWith("x "));
      await setTimeout(isPadded ? 20 * (spaces / 16_384) ** 2 : 0);
      return batch.map((record) => ({ size: sizeOf(record) }));
    });
    expect(await checkConformance(quadratic, { budgetMs: 2_000 })).toEqual([
      {
        rule: "latency",
        message: expect.stringMatching(
          /^64 KiB of spaces as instruction took \d+ ms \(budget: 2000 ms\), \d+ times as long as a quarter of it$/,
        ),
      },
    ]);
  });

  it("must do a usual batch within the budget", async () => {
    const slow = measuring(async (batch: readonly MagpieRecord[]) => {
      await setTimeout(batch.length === 256 ? 600 : 0);
      return batch.map((record) => ({ size: sizeOf(record) }));
    });
    expect(await checkConformance(slow, { budgetMs: 500 })).toEqual([
      {
        rule: "latency",
        message: expect.stringMatching(/^a batch of 256 records of 2 KB took \d+ ms \(budget: 500 ms\)$/),
      },
    ]);
  });

  it("must declare its reasons and tags", async () => {
    const undeclared = {
      ...filter,
      decide: () => ({ keep: false, reasons: [{ code: "odd" }] }),
    } as unknown as Plugin;
    expect(await brokenRules(undeclared)).toContain("undeclared");
    expect(await brokenRules({ ...filter, tag: () => ({ mood: "good" }) } as unknown as Plugin)).toEqual([
      "undeclared",
    ]);
  });

  it("must keep the id of a record it rewrites", async () => {
    const renaming = {
      ...transform,
      setup: () => ({
        apply: (batch: readonly MagpieRecord[]) => batch.map((record) => ({ ...record, id: "x" })),
      }),
    } as unknown as Plugin;
    expect(await brokenRules(renaming)).toContain("result_shape");
  });
});

describe("state", () => {
  type Admit = ReturnType<typeof stateful.setup> extends infer S | Promise<infer S> ? S : never;

  function admitting(admit: Admit extends { admit: infer A } ? A : never): Plugin {
    const setup = () => ({
      prepare: (batch: readonly MagpieRecord[]) =>
        batch.map((record) => Buffer.from(`size ${sizeOf(record)}`)),
      admit,
    });
    return { ...stateful, setup } as unknown as StatefulPlugin;
  }

  it("must hold only what is kept", async () => {
    const greedy = admitting((key, _record, at, state) => {
      const holder = state.get(key);
      const seen = holder !== undefined && Buffer.from(holder).toString() !== at.original;
      state.put(key, Buffer.from(at.original));
      return { seen };
    });
    expect(await brokenRules(greedy)).toEqual(["state_on_drop"]);
  });

  it("must not take an earlier attempt for a duplicate", async () => {
    const forgetful = admitting((key, _record, _at, state) => {
      const seen = state.get(key) !== undefined;
      if (!seen) state.put(key, Buffer.from("x"));
      return { seen };
    });
    expect(await brokenRules(forgetful)).toEqual(["earlier_attempt"]);
  });

  it("must be prepared as bytes", async () => {
    const setup = () => ({
      prepare: (batch: readonly MagpieRecord[]) => batch.map((record) => `size ${sizeOf(record)}`),
      admit: () => ({ seen: false }),
    });
    expect(await brokenRules({ ...stateful, setup } as unknown as Plugin)).toContain("result_shape");
  });
});
