import type { Sampling } from "../../core/model.ts";

/**
 * What the published runs sampled the instructions of a model with (Magpie's scripts, one for each model), where it is not
 * temperature 1 and top_p 1; SmolLM2's is what ended by itself most often when it was tried (docs/models.md).
 */
const others: readonly (readonly [RegExp, Sampling])[] = [
  [/^meta-llama\/meta-llama-3\.1-8b-instruct$/, { temperature: 0.8, topP: 1 }],
  [/^meta-llama\/meta-llama-3\.1-70b-instruct$/, { temperature: 0.9, topP: 1 }],
  [/^qwen\/qwen2\.5-(3|7|14)b-instruct$/, { temperature: 0.7, topP: 1 }],
  [/^qwen\/qwen2\.5-(32|72)b-instruct$/, { temperature: 0.6, topP: 1 }],
  [/^qwen\/qwen2\.5-math-72b-instruct$/, { temperature: 0.6, topP: 0.9 }],
  [/^huggingfacetb\/smollm2-/, { temperature: 0.8, topP: 0.9 }],
];

/** By a model's id on the hub, in any case; temperature 1 and top_p 1 for all others. */
export function instructionSampling(id: string | undefined): Sampling {
  const known = id?.toLowerCase();
  const found = others.find(([pattern]) => known !== undefined && pattern.test(known));
  return found?.[1] ?? { temperature: 1, topP: 1 };
}
