import { describe, expect, it } from "vitest";
import type { MagpieRecord } from "../../../src/core/record.ts";
import { isRecord } from "../../../src/runtime/stages/is-record.ts";

const input: MagpieRecord = {
  id: "a",
  turns: [
    { role: "user", content: "Why?", generation: { seed: 1 } },
    { role: "assistant", content: "Because." },
  ],
  provenance: { created: 1 },
  measures: {},
  tags: { kind: { value: 1, by: "x@1.0.0" } },
  extra: { column: null },
};

const { tags: _tags, ...withoutTags } = input;

describe("what a transform made of a record is a record", () => {
  it.each([
    ["when nothing changed", { ...input }],
    ["with another text", { ...input, turns: [{ ...input.turns[0], content: "How?" }, input.turns[1]] }],
    ["with a turn less", { ...input, turns: [input.turns[0]] }],
    ["with a member that is not needed, or left undefined", { ...input, plan: "p", candidates: undefined }],
    ["when all of it is new", structuredClone(input)],
  ])("%s", (_, result) => {
    expect(isRecord(result, input)).toBe(true);
  });
});

describe("what a transform made of a record is none", () => {
  it.each([
    ["when it is no object", "a"],
    ["when it is nothing", null],
    ["when it is a list", [input]],
    ["without a member that is needed", withoutTags],
    ["with a member that is undefined", { ...input, extra: undefined }],
    ["with a member nobody knows", { ...input, verdict: {} }],
    ["with a member of another type", { ...input, id: 1 }],
    ["with turns that are no list", { ...input, turns: "Why?" }],
    ["with a turn that is none", { ...input, turns: [...input.turns, { role: "tool", content: "" }] }],
    ["with a turn that has more to it", { ...input, turns: [{ ...input.turns[0], name: "Ann" }] }],
    ["with a tag that is none", { ...input, tags: { kind: "news" } }],
  ])("%s", (_, result) => {
    expect(isRecord(result, input)).toBe(false);
  });
});
