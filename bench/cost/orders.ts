import { readFileSync } from "node:fs";
import { parse } from "yaml";
import type { JsonObject } from "../../src/core/json.ts";
import { packageRoot } from "../../src/package-root.ts";

/** `curated first`: as the recipe is shipped. `answered first`: as the paper does it, every instruction is answered and all filters come last. */
export type Order = "curated first" | "answered first";

export interface RecipeSettings {
  readonly order: Order;
  /** Tickets. */
  readonly samples: number;
  /** Tokens of an answer at most. */
  readonly answerTokens: number;
}

interface Recipe extends JsonObject {
  readonly samplers: { readonly ask: JsonObject };
  readonly pipelines: {
    readonly instructions: RecipePipeline<readonly JsonObject[]>;
    readonly conversations: RecipePipeline<readonly [Respond, ...JsonObject[]]>;
  };
}

interface RecipePipeline<Stages extends readonly JsonObject[]> extends JsonObject {
  readonly from: string;
  readonly to: string;
  readonly stages: Stages;
}

interface Respond extends JsonObject {
  readonly with: { readonly maxTokens: number };
}

/** Tokens of an answer at most, as the recipe is shipped. */
export function shippedAnswerTokens(): number {
  return shipped().conversations.answer.with.maxTokens;
}

/** recipes/magpie-sft.yaml for so many tickets, in an order. The stages, their settings and their sequence among each other are the same in both. */
export function recipeIn({ order, samples, answerTokens }: RecipeSettings): JsonObject {
  const { recipe, instructions, conversations } = shipped();
  const { answer, afterAnswers, ...ends } = conversations;
  const answering = { ...answer, with: { ...answer.with, maxTokens: answerTokens } };
  const inOrder: { readonly [order in Order]: JsonObject } = {
    "curated first": { instructions, conversations: { ...ends, stages: [answering, ...afterAnswers] } },
    "answered first": {
      conversations: {
        from: instructions.from,
        to: ends.to,
        stages: [answering, ...instructions.stages, ...afterAnswers.map(numbered)],
      },
    },
  };
  const ask = { ...recipe.samplers.ask, target: { maxSampled: samples } };
  return { ...recipe, samplers: { ask }, pipelines: inOrder[order] };
}

/** The recipe's parts that an order is made of. */
function shipped() {
  const recipe = parse(readFileSync(new URL("recipes/magpie-sft.yaml", packageRoot()), "utf8")) as Recipe;
  const { instructions, conversations } = recipe.pipelines;
  const [answer, ...afterAnswers] = conversations.stages;
  const { from, to } = conversations;
  return { recipe, instructions, conversations: { from, to, answer, afterAnswers } };
}

/** With an id that no stage of the other pipeline has. */
function numbered(stage: JsonObject, index: number): JsonObject {
  return { ...stage, id: `answered-${index + 1}` };
}
