import { MagpieError } from "./errors.ts";
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
  /** Ids of tokens that the text does not begin with. */
  readonly bannedFirst: readonly number[];
  /** Of the record, and what else tells apart the questions that are asked for it: together they determine the seed. */
  readonly sample: string;
}

/** A completion, and how it is said on the turn that is made of it. */
export interface Asked {
  /** Trimmed at both ends. */
  readonly text: string;
  readonly generation: Generation;
}

/** Draws of a first token until one is given up. */
const mostFirstDraws = 8;

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
  ask: Ask,
  signal: AbortSignal,
): Promise<Asked> {
  const complete = (request: Request) => completeOnce(model, once, request, signal);
  const completion = await (ask.bannedFirst.length === 0
    ? complete({ ...ask, banned: [] })
    : completeAfterFirst(complete, ask));
  const { text, seed, finishReason, promptTokens, completionTokens, modelMs } = completion;
  const { temperature, topP, maxTokens } = ask;
  const generation: Generation = {
    model: model.name,
    seed,
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

type Request = Omit<Ask, "bannedFirst"> & Pick<CompletionRequest, "banned">;

/**
 * Servers ban a token everywhere or nowhere, so the first one is drawn alone, and the rest continues from there. The tokens of both
 * requests are counted.
 */
async function completeAfterFirst(
  complete: (request: Request) => Promise<Completion>,
  { bannedFirst, ...ask }: Ask,
): Promise<Completion> {
  for (let draw = 1; draw <= mostFirstDraws; draw += 1) {
    const sample = `${ask.sample}/first/${draw}`;
    const first = await complete({ ...ask, maxTokens: 1, banned: bannedFirst, sample });
    if (first.finishReason === "stop" || ask.maxTokens === 1) return first;
    // A token may be part of a character, which no prompt can end in.
    if (first.text.includes("\ufffd")) continue;
    const rest = await complete({
      ...ask,
      prompt: ask.prompt + first.text,
      maxTokens: ask.maxTokens - 1,
      banned: [],
    });
    return {
      ...rest,
      text: first.text + rest.text,
      promptTokens: first.promptTokens + rest.promptTokens,
      completionTokens: first.completionTokens + rest.completionTokens,
      ...(first.modelMs === undefined || rest.modelMs === undefined
        ? {}
        : { modelMs: first.modelMs + rest.modelMs }),
    };
  }
  throw new MagpieError(
    "MGP_MODEL_ANSWER",
    `${mostFirstDraws} first tokens in a row were parts of characters; draw without \`bannedFirst\``,
  );
}

async function completeOnce(
  model: Model,
  once: Context["once"],
  { prompt, temperature, topP, maxTokens, banned, sample }: Request,
  signal: AbortSignal,
): Promise<Completion> {
  const seed = seedOf(sample);
  const { stop, stopIds } = model;
  const parameters = {
    temperature,
    topP,
    maxTokens,
    stop,
    stopIds,
    seed,
    ...(banned.length === 0 ? {} : { banned }),
  };
  return once({ model: model.name, prompt, parameters, sample }, async () => {
    const request = { prompt, seeds: [seed], temperature, topP, maxTokens, stop, stopIds, banned };
    const [answer] = await model.complete(request, signal);
    return { ...answer! } satisfies Completion & { readonly [key: string]: Json };
  });
}
