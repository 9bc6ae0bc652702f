import type { InstructionSampling } from "../../core/model.ts";

/** Llama 3.1's `#`, `##`, `###` and `####`: an instruction that begins so is a document, not what a user writes. */
const markdownBan = [2, 567, 14711, 827];

/**
 * What the published runs sampled the instructions of a model with (Magpie's scripts, one for each model), where it is not
 * temperature 1 and top_p 1; SmolLM2's is what ended by itself most often when it was tried (docs/models.md).
 */
const others: readonly (readonly [RegExp, Partial<InstructionSampling>])[] = [
  [/^meta-llama\/meta-llama-3\.1-8b-instruct$/, { temperature: 0.8, bannedFirst: markdownBan }],
  [/^meta-llama\/meta-llama-3\.1-70b-instruct$/, { temperature: 0.9, bannedFirst: markdownBan }],
  [/^qwen\/qwen2\.5-(3|7|14)b-instruct$/, { temperature: 0.7 }],
  [/^qwen\/qwen2\.5-(32|72)b-instruct$/, { temperature: 0.6 }],
  [/^qwen\/qwen2\.5-math-72b-instruct$/, { temperature: 0.6, topP: 0.9 }],
  [/^huggingfacetb\/smollm2-/, { temperature: 0.8, topP: 0.9 }],
];

/** By a model's id on the hub, in any case; temperature 1, top_p 1 and no ban for all others. */
export function instructionSampling(id: string | undefined): InstructionSampling {
  const known = id?.toLowerCase();
  const found = others.find(([pattern]) => known !== undefined && pattern.test(known));
  return { temperature: 1, topP: 1, bannedFirst: [], ...found?.[1] };
}
