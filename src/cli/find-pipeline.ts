import type { Config } from "../config/config.ts";
import { didYouMean } from "../config/did-you-mean.ts";
import { MagpieError } from "../core/errors.ts";
import type { Pipeline } from "../core/pipeline.ts";

/** Throws MGP_USAGE_INVALID when the configuration has no such pipeline. */
export function findPipeline(name: string, config: Config): Pipeline {
  const found = config.pipelines.find((pipeline) => pipeline.name === name);
  if (found !== undefined) return found;
  const names = config.pipelines.map((pipeline) => pipeline.name);
  throw new MagpieError(
    "MGP_USAGE_INVALID",
    `there is no pipeline ${JSON.stringify(name)}; ${didYouMean(name, names) ?? (names.length === 0 ? "add one under pipelines: in the configuration" : `there are: ${names.join(", ")}`)}`,
  );
}

/** Whether a pipeline is that of a sampler. */
export function isSampler({ name }: Pipeline, { samplers }: Config): boolean {
  return samplers.some((sampler) => sampler.name === name);
}

/** The one named, or the only one there is. Throws MGP_USAGE_INVALID when neither says which. */
export function onePipeline(name: string | undefined, config: Config): Pipeline {
  const [only, ...others] = config.pipelines.filter((pipeline) => !isSampler(pipeline, config));
  if (name !== undefined) return findPipeline(name, config);
  if (only !== undefined && others.length === 0) return only;
  const names = config.pipelines.map((pipeline) => pipeline.name).join(", ");
  throw new MagpieError("MGP_USAGE_INVALID", `name one pipeline with --pipeline: ${names}`);
}
