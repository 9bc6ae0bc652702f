import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import type { MagpieRecord, Turn } from "../../../src/core/record.ts";
import { magpie } from "../../crash/magpie.ts";
import { smolLm2 } from "./real-model.ts";

const config = (asks: string) => `version: 1
log: { kind: embedded, path: ./store, sync: background }
models:
  teacher: { engine: in-process, gguf: ${smolLm2()}, profile: HuggingFaceTB/SmolLM2-135M-Instruct, sequences: 8 }
samplers:
  ask: { model: teacher, to: instructions.raw, ${asks} }
pipelines:
  instructions: { from: instructions.raw, to: instructions.curated, stages: [{ use: format }] }
`;

async function sample(asks: string): Promise<readonly Turn[]> {
  const folder = await mkdtemp(join(tmpdir(), "magpie-pre-query-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  await writeFile(join(folder, "magpie.yaml"), config(asks));
  await magpie(folder, ["run", "--until-idle"]);
  return (await magpie(folder, ["tap", "instructions.raw"])).stdout
    .trimEnd()
    .split("\n")
    .map((line) => (JSON.parse(line) as MagpieRecord).turns[0]!);
}

test("of a hundred instructions of an aligned model 85 or more end by the end-of-turn token", async () => {
  const asks = "temperature: 0.8, topP: 0.9, maxTokens: 160, target: { maxSampled: 100 }";
  const reasons = (await sample(asks)).map(({ generation }) => generation!.finishReason);
  expect(reasons).toHaveLength(100);
  expect(reasons.filter((reason) => reason === "stop").length).toBeGreaterThanOrEqual(85);
});

test("no instruction begins with a token that is banned there, and both requests are paid", async () => {
  const asks = "temperature: 0, maxTokens: 24, target: { maxSampled: 1 }";
  const [free] = await sample(asks);
  expect(free!.content).toMatch(/^I\b/);
  // The token "I", with which the likeliest instruction begins.
  const [banned] = await sample(`${asks}, bannedFirst: [57]`);
  expect(banned!.content).toMatch(/^(?!I\b)\S/);
  expect(banned!.generation!.promptTokens).toBe(2 * free!.generation!.promptTokens! + 1);
});
