import type { JsonObject } from "./json.ts";
import type { Models } from "./model.ts";
import type { Pipeline } from "./pipeline.ts";
import { modelsOf } from "./plugin.ts";
import type { Stage } from "./stage.ts";

/**
 * Pipelines whose stages say what shapes the answers of the models they ask for, so that their plans do. Rejects with the MGP_MODEL code of a
 * model that is not there.
 */
export function describeStages(pipelines: readonly Pipeline[], models: Models): Promise<readonly Pipeline[]> {
  return Promise.all(
    pipelines.map(async (pipeline) => ({
      ...pipeline,
      stages: await Promise.all(pipeline.stages.map((stage) => describe(stage, models))),
    })),
  );
}

async function describe(stage: Stage, models: Models): Promise<Stage> {
  const names = modelsOf(stage.plugin, stage.config);
  if (names.length === 0) return stage;
  const facts = names.map(async (name): Promise<[string, JsonObject]> => [name, await models.facts(name)]);
  return { ...stage, models: Object.fromEntries(await Promise.all(facts)) };
}
