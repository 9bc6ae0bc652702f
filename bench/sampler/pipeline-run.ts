import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { builtins } from "../../src/builtins.ts";
import { loadConfig } from "../../src/config/load-config.ts";
import type { JsonObject } from "../../src/core/json.ts";
import { tokensOf } from "../../src/core/ledger.ts";
import { openEmbeddedLog } from "../../src/log/embedded/open-embedded-log.ts";
import { createModels, type OpenableModels } from "../../src/model/open-models.ts";
import { runUntilIdle } from "../run-until-idle.ts";
import { withTemporaryFolder } from "../temporary-folder.ts";
import { type MeasuredSampling, request, type SamplerRun } from "./request.ts";

/**
 * A sampler on an embedded log, as `magpie run --until-idle` runs it. Measured from the start to the end of the last commit, on a
 * model that is loaded.
 */
export async function runSampler(
  run: SamplerRun & { readonly model: JsonObject },
): Promise<MeasuredSampling> {
  return withTemporaryFolder(async (folder) => {
    const { models: configs } = await configIn(join(folder, "models"), run, 1);
    const models = createModels(configs, {
      weights: { local: undefined, cache: folder },
      now: Date.now,
      random: Math.random,
    });
    try {
      await models.open("teacher");
      await sample(join(folder, "warm-up"), run, run.warmUp, models);
      return await sample(join(folder, "measured"), run, run.samples, models);
    } finally {
      await models.close();
    }
  });
}

async function sample(
  folder: string,
  run: Parameters<typeof runSampler>[0],
  samples: number,
  models: OpenableModels,
): Promise<MeasuredSampling> {
  const config = await configIn(folder, run, samples);
  if (config.log.kind !== "embedded") throw new TypeError("the bench's log is embedded");
  const log = await openEmbeddedLog({ path: config.log.path, sync: config.log.sync, now: Date.now });
  try {
    const started = performance.now();
    let ms = 0;
    const onCommit = () => {
      ms = performance.now() - started;
    };
    await runUntilIdle(log, config, { onCommit, models });
    const [checkpoint] = await log.checkpoints("ask");
    if (checkpoint?.ledger.curated !== samples)
      throw new Error(`of ${samples} samples ${checkpoint?.ledger.curated} were curated`);
    return { tokens: tokensOf(checkpoint.ledger).completion, ms };
  } finally {
    await log.close();
  }
}

function configIn(folder: string, { model, atOnce }: Parameters<typeof runSampler>[0], samples: number) {
  mkdirSync(folder, { recursive: true });
  const file = join(folder, "magpie.yaml");
  const { temperature, topP, maxTokens } = request;
  const ask = { model: "teacher", to: "instructions.raw", temperature, topP, maxTokens, concurrency: atOnce };
  const samplers = { ask: { ...ask, target: { maxSampled: samples } } };
  // JSON is YAML.
  writeFileSync(file, JSON.stringify({ version: 1, models: { teacher: model }, samplers }));
  return loadConfig(file, { env: {}, builtins });
}
