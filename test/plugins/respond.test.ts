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

async function respondTo(
  record: MagpieRecord,
  config: object = {},
  text?: string,
  echo: Model = createEchoModel("teacher"),
) {
  const requests: CompletionRequest[] = [];
  const model: Model = {
    ...echo,
    complete: async (request) => {
      requests.push(request);
      const [answer] = await echo.complete(request);
      return [{ ...answer!, text: text ?? answer!.text }];
    },
  };
  const context: Context = { ...createTestContext(""), model: async () => model };
  const given = {
    model: "teacher",
    temperature: 0,
    topP: 1,
    maxTokens: 64,
    system: null,
    turns: 1,
    followUpSystem: null,
    candidates: 0,
    ...config,
  };
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

test("a conversation goes on in both roles, the user's turns sampled as instructions are", async () => {
  const { result, requests } = await respondTo(recordOf({ role: "user", content: "Why?" }), {
    turns: 3,
    followUpSystem: "Ask on.",
  });
  expect(result.turns.map(({ role }) => role)).toEqual([
    "user",
    "assistant",
    "user",
    "assistant",
    "user",
    "assistant",
  ]);
  expect(result.turns[3]!.content).toBe(`You said: ${result.turns[2]!.content}`);
  expect(requests.map(({ temperature }) => temperature)).toEqual([0, 1, 0, 1, 0]);
  expect(requests[1]!.prompt).toBe("<system>Ask on.<end><user>Why?<end><assistant>You said: Why?<end><user>");
  expect(new Set(requests.map(({ seeds }) => seeds[0])).size).toBe(5);
});

test.each([
  ["is empty", ""],
  ["is cut off", "What is the next number that"],
])("a conversation ends before a turn of the user that %s", async (_, text) => {
  const echo = createEchoModel("teacher");
  const model: Model = {
    ...echo,
    complete: async (request) => {
      const [answer] = await echo.complete(request);
      const isUser = request.prompt.endsWith("<user>");
      return [isUser ? { ...answer!, text, finishReason: text === "" ? "stop" : "length" } : answer!];
    },
  };
  const { result } = await respondTo(
    recordOf({ role: "user", content: "Why?" }),
    { turns: 3 },
    undefined,
    model,
  );
  expect(result.turns.map(({ content }) => content)).toEqual(["Why?", "You said: Why?"]);
});

test("candidates are answers to one question, each with a seed of its own, and no turn", async () => {
  const question: Turn = { role: "user", content: "Why?" };
  const { result, requests } = await respondTo(recordOf(question), { candidates: 3, temperature: 0.8 });
  expect(result.turns).toEqual([question]);
  expect(result.candidates!.map(({ turns }) => turns.map(({ role, content }) => [role, content]))).toEqual(
    Array(3).fill([["assistant", "You said: Why?"]]),
  );
  expect(new Set(requests.map(({ seeds }) => seeds[0])).size).toBe(3);
});

test("candidates that would be alike, or of which there is none to go on with, are mistakes", () => {
  const checked = (over: object) =>
    respond.check!({
      model: "m",
      temperature: 0,
      topP: 1,
      maxTokens: 9,
      system: null,
      turns: 1,
      followUpSystem: null,
      candidates: 0,
      ...over,
    }).map(({ message }) => message);
  expect(checked({ candidates: 2 })).toEqual(["at temperature 0 all of them are alike"]);
  expect(checked({ candidates: 2, turns: 2, temperature: 1 })).toEqual([
    "candidates answer one question, and `turns` asks for several",
  ]);
  expect(checked({ candidates: 2, temperature: 1 })).toEqual([]);
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
