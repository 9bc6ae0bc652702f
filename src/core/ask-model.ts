import type { Json } from "./json.ts";
import type { Completion, CompletionRequest, Model } from "./model.ts";
import type { Context } from "./plugin.ts";
import type { Generation } from "./record.ts";
import { seedOf } from "./seed.ts";

/** How a turn is generated. */
export interface Ask {
  readonly prompt: string;
  readonly temperature: number;
  /** In (0, 1]. */
  readonly topP: number;
  /** Tokens, at least 1. */
  readonly maxTokens: number;
  /** Of the record, and what else tells apart the questions that are asked for it: together they determine the seed. */
  readonly sample: string;
}

/** A completion, and how it is said on the turn that is made of it. */
export interface Asked {
  /** Trimmed at both ends. */
  readonly text: string;
  readonly generation: Generation;
}

/** Generation → milliseconds that the model worked on it. Beside records, not in them: they are the same however long they took. */
const workedMs = new WeakMap<Generation, number>();

/** Milliseconds that the model worked on what {@link askModel} gave; undefined where its engine did not say. */
export function modelMsOf(generation: Generation): number | undefined {
  return workedMs.get(generation);
}

/** One completion of a model through the journal: asked again, it is not paid again. Rejects as `Model.complete` does. */
export async function askModel(
  model: Model,
  once: Context["once"],
  { prompt, temperature, topP, maxTokens, sample }: Ask,
  signal: AbortSignal,
): Promise<Asked> {
  const seed = seedOf(sample);
  const parameters = { temperature, topP, maxTokens, stop: model.stop, stopIds: model.stopIds, seed };
  const request: CompletionRequest = {
    prompt,
    seeds: [seed],
    temperature,
    topP,
    maxTokens,
    stop: model.stop,
    stopIds: model.stopIds,
    banned: [],
  };
  const completion = await once({ model: model.name, prompt, parameters, sample }, async () => {
    const [answer] = await model.complete(request, signal);
    return { ...answer! } satisfies Completion & { readonly [key: string]: Json };
  });
  const { text, finishReason, promptTokens, completionTokens, modelMs } = completion;
  const generation: Generation = {
    model: model.name,
    seed: completion.seed,
    temperature,
    topP,
    maxTokens,
    finishReason,
    promptTokens,
    completionTokens,
  };
  if (modelMs !== undefined) workedMs.set(generation, modelMs);
  return { text: text.trim(), generation };
}
