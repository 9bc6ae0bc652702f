import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import type { MagpieRecord } from "../../../src/core/record.ts";
import { magpie } from "../../crash/magpie.ts";
import { smolLm2 } from "./real-model.ts";

const sampled = 6;

const config = `version: 1
log: { kind: embedded, path: ./store, sync: background }
models:
  teacher: { engine: in-process, gguf: ${smolLm2()}, profile: HuggingFaceTB/SmolLM2-135M-Instruct, contextTokens: 512, sequences: 4 }
samplers:
  ask: { model: teacher, to: instructions.raw, maxTokens: 48, target: { maxSampled: ${sampled} } }
pipelines:
  conversations:
    from: instructions.raw
    to: conversations.curated
    stages: [{ use: respond, with: { model: teacher, maxTokens: 24 } }]
`;

test("a recipe on a real model: questions and answers with all that is known of how they came about, and the ledger with their tokens and the model's time", async () => {
  const folder = await mkdtemp(join(tmpdir(), "magpie-recipe-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  await writeFile(join(folder, "magpie.yaml"), config);
  await magpie(folder, ["run", "--until-idle"]);
  const records = (await magpie(folder, ["tap", "conversations.curated"])).stdout
    .trimEnd()
    .split("\n")
    .map((line): MagpieRecord => JSON.parse(line));
  expect(records.map(({ id }) => id)).toEqual(
    Array.from({ length: sampled }, (_, i) => `ask.tickets/0/${i}`),
  );
  const generated = records.flatMap(({ turns }) =>
    turns.map(({ role, generation }) => ({ role, ...generation })),
  );
  for (const { role, ...generation } of generated)
    expect(generation).toEqual({
      model: "SmolLM2-135M-Instruct.Q4_1",
      seed: expect.any(Number),
      temperature: role === "user" ? 0.8 : 0,
      topP: role === "user" ? 0.9 : 1,
      maxTokens: role === "user" ? 48 : 24,
      finishReason: expect.stringMatching(/^(stop|length)$/),
      promptTokens: expect.any(Number),
      completionTokens: expect.any(Number),
    });
  for (const { turns } of records) {
    expect(turns.map(({ role }) => role)).toEqual(["user", "assistant"]);
    // 24 tokens of the pre-query template, which the answer's prompt repeats around the question.
    expect(turns[0]!.generation!.promptTokens).toBe(24);
    expect(turns[1]!.generation!.promptTokens).toBeGreaterThan(24 + turns[0]!.generation!.completionTokens!);
  }
  const ledger = JSON.parse((await magpie(folder, ["ledger", "--json"])).stdout);
  expect(ledger.samplers.ask).toEqual({
    sampled,
    tokens: {
      prompt: generated.reduce((sum, { promptTokens }) => sum + promptTokens!, 0),
      completion: generated.reduce((sum, { completionTokens }) => sum + completionTokens!, 0),
    },
    modelMs: expect.any(Number),
  });
  await magpie(folder, ["verify"]);
});
