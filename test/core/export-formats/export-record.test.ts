import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  type ExportFormatName,
  exportFormats,
  exportRecord,
} from "../../../src/core/export-formats/export-record.ts";
import type { Json } from "../../../src/core/json.ts";
import { readRecord } from "../../../src/core/read-record.ts";
import type { MagpieRecord } from "../../../src/core/record.ts";

const record: MagpieRecord = {
  id: "a",
  turns: [
    { role: "system", content: "Be kind." },
    { role: "user", content: "Hi", generation: { model: "m", seed: 5 } },
    { role: "assistant", content: "Hello", thinking: "greet" },
  ],
  provenance: { created: 1718000000123 },
  measures: { near: { similarity: 0.1 } },
  tags: { language: { value: "en", by: "language@1.0.0" } },
  plan: "ab",
  extra: { source: "web", id: 5, extra: { a: 1 }, system: null, chosen: null, response: "x" },
};

test("jsonl is the record as it is", () => {
  expect(JSON.parse(exportRecord(record, "jsonl"))).toEqual(record);
});

test("messages carries the conversation, the extra columns and those of a format's own name apart", () => {
  expect(JSON.parse(exportRecord(record, "messages"))).toEqual({
    id: "a",
    messages: [
      { role: "system", content: "Be kind." },
      { role: "user", content: "Hi", generation: { model: "m", seed: 5 } },
      { role: "assistant", content: "Hello", thinking: "greet" },
    ],
    source: "web",
    system: null,
    chosen: null,
    extra: { id: 5, extra: { a: 1 }, response: "x" },
  });
});

test("sharegpt has the system prompt in a column of its own", () => {
  expect(JSON.parse(exportRecord(record, "sharegpt"))).toEqual({
    id: "a",
    conversations: [
      { from: "human", value: "Hi", generation: { model: "m", seed: 5 } },
      { from: "gpt", value: "Hello", thinking: "greet" },
    ],
    system: "Be kind.",
    source: "web",
    chosen: null,
    extra: { id: 5, extra: { a: 1 }, system: null, response: "x" },
  });
});

describe.each(Object.keys(exportFormats) as ExportFormatName[])("%s read again", (format) => {
  const text = fc.string({ unit: "binary" });
  const generation = fc.record(
    {
      model: text,
      seed: fc.maxSafeInteger(),
      topP: fc.double({ min: 0, max: 1, noNaN: true }),
      maxTokens: fc.nat(),
    },
    { requiredKeys: [] },
  );
  const turn = fc.record(
    {
      role: fc.constantFrom("system" as const, "user" as const, "assistant" as const),
      content: text,
      thinking: text,
      generation,
    },
    { requiredKeys: ["role", "content"] },
  );
  const name = fc.oneof(
    fc.constantFrom(
      ..."id uuid messages conversations conversation turns prompt system system_prompt instruction input".split(
        " ",
      ),
      ..."response instruction_2 response_2 extra chosen rejected responses candidates created seed model".split(
        " ",
      ),
      ..."gen_input_configs thinking provenance measures tags plan verdict __proto__ constructor note".split(
        " ",
      ),
    ),
    text,
  );
  const value = fc.oneof(
    fc.constantFrom<Json>(null, "", "x", 1, [], {}),
    fc.constant<Json>([{ role: "user", content: "x" }]),
    fc.jsonValue({ maxDepth: 3 }).map((json) => JSON.parse(JSON.stringify(json)) as Json),
  );
  const extra = fc
    .uniqueArray(fc.tuple(name, value), { selector: ([column]) => column, maxLength: 6 })
    .map((columns) => Object.fromEntries(columns));

  test("gives the same id, turns and extra", () => {
    fc.assert(
      fc.property(
        fc.string({ minLength: 1 }),
        fc.array(turn, { minLength: 1, maxLength: 4 }),
        extra,
        (id, turns, columns) => {
          const before = { ...record, id, turns: normal(turns), extra: normal(columns) } as MagpieRecord;
          const line = new TextEncoder().encode(exportRecord(before, format));
          const {
            id: idAfter,
            turns: turnsAfter,
            extra: extraAfter,
          } = readRecord(line, {
            topic: "t",
            partition: 0,
            offset: 0n,
          });
          expect({ id: idAfter, turns: turnsAfter, extra: extraAfter }).toEqual({
            id,
            turns: before.turns,
            extra: before.extra,
          });
        },
      ),
      { numRuns: 500 },
    );
  });

  /** What JSON can carry of a value: it has no -0. */
  function normal(value: unknown): unknown {
    return JSON.parse(JSON.stringify(value));
  }
});
