import { expect, test } from "vitest";
import respond from "../../plugins/respond/plugin.ts";
import { splitThinking } from "../../plugins/respond/split-thinking.ts";
import type { CompletionRequest, Model } from "../../src/core/model.ts";
import type { Context } from "../../src/core/plugin.ts";
import type { MagpieRecord, Turn } from "../../src/core/record.ts";
import { createEchoModel } from "../../src/testing/echo-model.ts";
import { createTestContext } from "../../src/testing/test-context.ts";

const recordOf = (...turns: readonly Turn[]): MagpieRecord => ({
  id: "r",
  turns,
  provenance: {},
  measures: {},
  tags: {},
  extra: {},
});

const signal = new AbortController().signal;

async function respondTo(record: MagpieRecord, config: object = {}, text?: string) {
  const requests: CompletionRequest[] = [];
  const echo = createEchoModel("teacher");
  const model: Model = {
    ...echo,
    complete: async (request) => {
      requests.push(request);
      const [answer] = await echo.complete(request);
      return [{ ...answer!, text: text ?? answer!.text }];
    },
  };
  const context: Context = { ...createTestContext(""), model: async () => model };
  const given = { model: "teacher", temperature: 0, topP: 1, maxTokens: 64, system: null, ...config };
  const stage = await respond.setup(given, context);
  const [result] = await stage.apply([record], signal);
  return { result: result as MagpieRecord, requests };
}

test("the answer says how it was generated, and is asked for with the model's own template and stops", async () => {
  const question: Turn = { role: "user", content: "Why?" };
  const { result, requests } = await respondTo(recordOf(question), { temperature: 0.7, topP: 0.9 });
  const seed = 1294454360;
  expect(requests).toEqual([
    {
      prompt: "<user>Why?<end><assistant>",
      seeds: [seed],
      temperature: 0.7,
      topP: 0.9,
      maxTokens: 64,
      stop: ["<end>"],
      stopIds: [],
      banned: [],
    },
  ]);
  expect(result).toEqual(
    recordOf(question, {
      role: "assistant",
      content: "You said: Why?",
      generation: {
        model: "teacher",
        seed,
        temperature: 0.7,
        topP: 0.9,
        maxTokens: 64,
        finishReason: "stop",
        promptTokens: 1,
        completionTokens: 3,
      },
    }),
  );
});

test("an answer cut off at the limit says so", async () => {
  const { result } = await respondTo(recordOf({ role: "user", content: "Why?" }), { maxTokens: 2 });
  expect(result.turns[1]).toMatchObject({ content: "You said:", generation: { finishReason: "length" } });
});

test("a system text of the stage is in the prompt and not in the record", async () => {
  const { result, requests } = await respondTo(recordOf({ role: "user", content: "Why?" }), {
    system: "Be brief.",
  });
  expect(requests[0]!.prompt).toBe("<system>Be brief.<end><user>Why?<end><assistant>");
  expect(result.turns.map(({ role }) => role)).toEqual(["user", "assistant"]);
});

test("what a reasoning model thinks first stands apart from its answer", async () => {
  const { result } = await respondTo(
    recordOf({ role: "user", content: "Why?" }),
    {},
    "<think>\nLet me see.\n</think>\n\nBecause.",
  );
  expect(result.turns[1]).toMatchObject({ thinking: "Let me see.", content: "Because." });
});

test("thinking is found without its beginning, and without its end; no thinking is none", () => {
  expect(splitThinking("See.</think>Because.")).toEqual({ thinking: "See.", content: "Because." });
  expect(splitThinking("<think>See, it is")).toEqual({ thinking: "See, it is", content: "" });
  expect(splitThinking("Because <think> is a tag.")).toEqual({ content: "Because <think> is a tag." });
});
