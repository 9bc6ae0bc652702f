import { expect, test } from "vitest";
import type { Generation, MagpieRecord } from "../../src/core/record.ts";
import { modelUseOf } from "../../src/runtime/model-use.ts";

const generation = (seed: number): Generation => ({
  model: "small",
  seed,
  temperature: 1,
  topP: 1,
  maxTokens: 9,
  finishReason: "stop",
  promptTokens: 10,
  completionTokens: seed,
});

const asked: MagpieRecord = {
  id: "a",
  turns: [{ role: "user", content: "Why? ", generation: generation(1) }],
  tags: {},
  measures: {},
  provenance: {},
  extra: {},
};

test("a turn that a stage adds is what its model did", () => {
  const answered = {
    ...asked,
    turns: [...asked.turns, { role: "assistant", content: "So.", generation: generation(2) }],
  } as const;
  expect(modelUseOf(answered, asked)).toEqual({ tokens: { prompt: 10, completion: 2 } });
});

test("a turn that a stage only rewrites was paid for before, also when it comes back from another thread", () => {
  const rewritten = { ...asked, turns: [{ ...asked.turns[0]!, content: "Why?" }] };
  expect(modelUseOf(rewritten, asked)).toBeUndefined();
  expect(modelUseOf(structuredClone(rewritten), asked)).toBeUndefined();
});

test("candidates are what a model did, and not again when a stage rewrites them", () => {
  const candidate = { turns: [{ role: "assistant", content: "So. ", generation: generation(3) }] } as const;
  const answered = { ...asked, candidates: [candidate, candidate] } as unknown as MagpieRecord;
  expect(modelUseOf(answered, asked)).toEqual({ tokens: { prompt: 20, completion: 6 } });
  expect(modelUseOf(structuredClone(answered), answered)).toBeUndefined();
});
