import { expect, test } from "vitest";
import { askModel } from "../../src/core/ask-model.ts";
import type { Completion, CompletionRequest } from "../../src/core/model.ts";
import { createEchoModel } from "../../src/testing/echo-model.ts";

const never = new AbortController().signal;
const once = (_: unknown, ask: () => Promise<never>) => ask();

/** Asks for an instruction that does not begin with token 5, of a model that gives these texts in turn. */
async function ask(maxTokens: number, ...texts: readonly (readonly [string, Completion["finishReason"]])[]) {
  const asked: Pick<CompletionRequest, "prompt" | "maxTokens" | "banned">[] = [];
  const model = {
    ...createEchoModel("small"),
    complete: async ({ prompt, maxTokens, banned, seeds: [seed = 0] }: CompletionRequest) => {
      const [text, finishReason] = texts[asked.length]!;
      asked.push({ prompt, maxTokens, banned });
      return [{ text, seed, finishReason, promptTokens: prompt.length, completionTokens: text.length }];
    },
  };
  const given = { prompt: "<user>", temperature: 1, topP: 1, maxTokens, bannedFirst: [5], sample: "a" };
  const answer = await askModel(model, once, given, never);
  return { answer, asked };
}

test("the first token is drawn alone where some are banned, and the rest goes on from it, with the tokens of both", async () => {
  const { answer, asked } = await ask(20, ["Why", "length"], [" # not?", "stop"]);
  expect(asked).toEqual([
    { prompt: "<user>", maxTokens: 1, banned: [5] },
    { prompt: "<user>Why", maxTokens: 19, banned: [] },
  ]);
  expect(answer).toMatchObject({
    text: "Why # not?",
    generation: { maxTokens: 20, finishReason: "stop", promptTokens: 6 + 9, completionTokens: 3 + 7 },
  });
});

test("a text that ends with its first token is asked for no further", async () => {
  expect(await ask(20, ["", "stop"])).toMatchObject({ answer: { text: "" }, asked: { length: 1 } });
  expect(await ask(1, ["Why", "length"])).toMatchObject({ answer: { text: "Why" }, asked: { length: 1 } });
});

test("a first token that is part of a character is drawn again, a few times", async () => {
  const part = ["\ufffd", "length"] as const;
  const { answer, asked } = await ask(9, part, ["W", "length"], ["hy?", "stop"]);
  expect([answer.text, asked.length]).toEqual(["Why?", 3]);
  await expect(ask(9, ...Array.from({ length: 8 }, () => part))).rejects.toMatchObject({
    code: "MGP_MODEL_ANSWER",
  });
});
