import { Type } from "typebox";
import { describe, expect, it } from "vitest";
import { defineFilter, defineStateful, type Plugin } from "../../src/core/plugin.ts";
import { closed } from "../../src/core/schema.ts";
import { segmentsOf } from "../../src/core/segments.ts";
import { keep } from "../../src/core/verdict.ts";
import { pipelineOf, stageOf } from "../runtime/support.ts";

const filter = defineFilter({
  meta: {
    name: "quick",
    version: "1.0.0",
    summary: "Keeps all.",
    config: closed({}),
    measures: closed({}),
    reasons: {},
  },
  decide: () => keep,
  setup: () => ({ measure: (batch) => batch.map(() => ({})) }),
});

const remote: Plugin = {
  ...(filter as Plugin),
  meta: { ...filter.meta, name: "remote", slow: true },
} as Plugin;

const memory = defineStateful({
  meta: {
    name: "memory",
    version: "1.0.0",
    summary: "Keeps all.",
    config: closed({}),
    measures: closed({ n: Type.Integer() }),
    reasons: {},
  },
  fingerprint: () => ({}),
  decide: () => keep,
  setup: () => ({ prepare: (batch) => batch.map(() => new Uint8Array()), admit: () => ({ n: 1 }) }),
});

const stages = {
  q: () => stageOf(filter, {}, {}, "q"),
  r: () => stageOf(remote, {}, {}, "r"),
  w: () => stageOf(filter, {}, { workers: 2 }, "w"),
  m: () => stageOf(memory, {}, {}, "m"),
};

/** `q` a quick filter, `r` a slow one, `w` one with workers, `m` a stateful stage. */
function cut(letters: string): readonly string[] {
  const pipeline = pipelineOf([...letters].map((letter) => stages[letter as keyof typeof stages]()));
  return segmentsOf(pipeline, "x").map(({ name, kind, sources, first, end, prepares, into }) => {
    const prepared = prepares > end ? ` prepares ${letters.slice(end, prepares)}` : "";
    const to = into === undefined ? "" : ` > ${into.name} (${into.partitions})`;
    return `${name} (${kind}): ${sources.join()} > ${letters.slice(first, end)}${prepared}${to}`;
  });
}

describe("a pipeline is cut", () => {
  it("into one segment where the log has one order", () => {
    expect(segmentsOf(pipelineOf([stages.q(), stages.m(), stages.r()]), undefined)).toEqual([
      {
        name: "main",
        kind: "whole",
        sources: ["raw"],
        resumes: false,
        first: 0,
        end: 3,
        prepares: 3,
        into: undefined,
      },
    ]);
  });

  it("nowhere when no stage has state", () => {
    expect(cut("qrw")).toEqual(["parallel-1 (parallel): raw > qrw"]);
    expect(cut("")).toEqual(["parallel-1 (parallel): raw > "]);
  });

  it("before the first stateful stage, which is prepared before the cut", () => {
    expect(cut("qmmqm")).toEqual([
      "parallel-1 (parallel): raw > q prepares mm > x.p.order-1 (order)",
      "order-1 (serial): x.p.order-1 > mmqm",
    ]);
    expect(cut("m")).toEqual([
      "parallel-1 (parallel): raw >  prepares m > x.p.order-1 (order)",
      "order-1 (serial): x.p.order-1 > m",
    ]);
  });

  it("before a slow stage behind it, and again before the next stateful one", () => {
    expect(cut("qmqrqmmw")).toEqual([
      "parallel-1 (parallel): raw > q prepares m > x.p.order-1 (order)",
      "order-1 (serial): x.p.order-1 > mq > x.p.parallel-2 (fan-out)",
      "parallel-2 (parallel): x.p.parallel-2 > rq prepares mm > x.p.order-2 (order)",
      "order-2 (serial): x.p.order-2 > mm > x.p.parallel-3 (fan-out)",
      "parallel-3 (parallel): x.p.parallel-3 > w",
    ]);
  });
});
