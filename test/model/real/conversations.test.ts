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
  ask:
    model: teacher
    to: instructions.raw
    maxTokens: 32
    target: { maxSampled: ${sampled} }
    variants:
      - { name: plain }
      - { name: math, system: You are a helpful assistant. The user will ask you a question about mathematics. }
pipelines:
  talks:
    from: instructions.raw
    to: talks.curated
    stages: [{ use: respond, with: { model: teacher, temperature: 0.8, topP: 0.9, maxTokens: 64, turns: 2 } }]
  choices:
    from: instructions.raw
    to: choices.curated
    stages: [{ use: respond, with: { model: teacher, temperature: 0.8, maxTokens: 12, candidates: 2 } }]
`;

test("variants, further turns and candidates of a real model are well-formed records", async () => {
  const folder = await mkdtemp(join(tmpdir(), "magpie-conversations-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  await writeFile(join(folder, "magpie.yaml"), config);
  await magpie(folder, ["run", "--until-idle"]);
  const recordsOf = async (topic: string) =>
    (await magpie(folder, ["tap", topic])).stdout
      .trimEnd()
      .split("\n")
      .map((line): MagpieRecord => JSON.parse(line));

  const talks = await recordsOf("talks.curated");
  expect(talks).toHaveLength(sampled);
  expect(new Set(talks.map(({ provenance }) => provenance.variant))).toEqual(new Set(["plain", "math"]));
  for (const { turns } of talks) {
    expect([2, 4]).toContain(turns.length);
    expect(turns.map(({ role }) => role)).toEqual(turns.map((_, i) => (i % 2 === 0 ? "user" : "assistant")));
    // The first question may be empty or cut off, which a filter would drop; the second is neither.
    if (turns.length === 4)
      expect([turns[2]!.content === "", turns[2]!.generation!.finishReason]).toEqual([false, "stop"]);
  }
  expect(talks.some(({ turns }) => turns.length === 4)).toBe(true);

  for (const { turns, candidates } of await recordsOf("choices.curated")) {
    expect(turns.map(({ role }) => role)).toEqual(["user"]);
    expect(candidates!.map((candidate) => candidate.turns.map(({ role }) => role))).toEqual([
      ["assistant"],
      ["assistant"],
    ]);
    const [first, second] = candidates!.map((candidate) => candidate.turns[0]!.generation!.seed);
    expect(first).not.toBe(second);
  }
  await magpie(folder, ["verify"]);
});
