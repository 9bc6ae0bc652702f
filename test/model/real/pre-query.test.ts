import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import type { MagpieRecord } from "../../../src/core/record.ts";
import { magpie } from "../../crash/magpie.ts";
import { smolLm2 } from "./real-model.ts";

const sampled = 100;

const config = `version: 1
log: { kind: embedded, path: ./store, sync: background }
models:
  teacher: { engine: in-process, gguf: ${smolLm2}, profile: HuggingFaceTB/SmolLM2-135M-Instruct, sequences: 8 }
samplers:
  ask: { model: teacher, to: instructions.raw, temperature: 0.8, topP: 0.9, maxTokens: 160, target: { maxSampled: ${sampled} } }
pipelines:
  instructions: { from: instructions.raw, to: instructions.curated, stages: [{ use: format }] }
`;

test("of a hundred instructions of an aligned model 85 or more end by the end-of-turn token", async () => {
  const folder = await mkdtemp(join(tmpdir(), "magpie-pre-query-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  await writeFile(join(folder, "magpie.yaml"), config);
  await magpie(folder, ["run", "--until-idle"]);
  const reasons = (await magpie(folder, ["tap", "instructions.raw"])).stdout
    .trimEnd()
    .split("\n")
    .map((line) => (JSON.parse(line) as MagpieRecord).turns[0]!.generation!.finishReason);
  expect(reasons).toHaveLength(sampled);
  expect(reasons.filter((reason) => reason === "stop").length).toBeGreaterThanOrEqual(85);
});
