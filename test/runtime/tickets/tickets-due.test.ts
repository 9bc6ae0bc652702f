import { expect, test } from "vitest";
import type { Sampler } from "../../../src/core/sampler.ts";
import type { Standing } from "../../../src/runtime/tickets/read-standing.ts";
import { ticketsDue } from "../../../src/runtime/tickets/tickets-due.ts";

const due = (target: Sampler["target"], standing: Partial<Standing>, open: number) =>
  ticketsDue(
    { name: "ask", ahead: 32, maxBacklog: 100, target },
    {
      settled: 0,
      accepted: 0,
      tokens: { prompt: 0, completion: 0 },
      backlog: { pipeline: "", records: 0 },
      ...standing,
    },
    open,
  );

test("as many tickets are drawn as are missing ahead", () => {
  expect(due(undefined, {}, 0)).toEqual({ kind: "draw", tickets: 32 });
  expect(due(undefined, { settled: 1000 }, 30)).toEqual({ kind: "draw", tickets: 2 });
  expect(due(undefined, {}, 40)).toEqual({ kind: "draw", tickets: 0 });
});

test("no more are drawn than maxSampled, those that are open counted", () => {
  expect(due({ maxSampled: 60 }, { settled: 40 }, 10)).toEqual({ kind: "draw", tickets: 10 });
  expect(due({ maxSampled: 60 }, { settled: 40 }, 20)).toEqual({ kind: "done" });
});

test("enough accepted records, or tokens, end it, whatever else there is", () => {
  const target = { accepted: { records: 5, pipeline: "conversations" }, maxTokens: 1000 };
  expect(due(target, { accepted: 4, tokens: { prompt: 900, completion: 99 } }, 0)).toEqual({
    kind: "draw",
    tickets: 32,
  });
  expect(due(target, { accepted: 5 }, 0)).toEqual({ kind: "done" });
  expect(due(target, { tokens: { prompt: 900, completion: 100 } }, 0)).toEqual({ kind: "done" });
});

test("it waits for a pipeline that has too much to read, unless nothing is left to draw", () => {
  const backlog = { pipeline: "conversations", records: 101 };
  expect(due(undefined, { backlog }, 0)).toEqual({ kind: "wait", pipeline: "conversations" });
  expect(due({ maxSampled: 1 }, { backlog, settled: 1 }, 0)).toEqual({ kind: "done" });
});
