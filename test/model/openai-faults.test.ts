import { expect, test } from "vitest";
import type { CompletionRequest } from "../../src/core/model.ts";
import { type OpenAiOptions, openOpenAi } from "../../src/model/engine/open-openai.ts";
import { type Behaviour, completion, faultServer } from "./fault-server.ts";

const request: CompletionRequest = {
  prompt: "<s>user\n",
  seeds: [7],
  temperature: 0.8,
  topP: 0.9,
  maxTokens: 40,
  stop: ["</s>"],
  stopIds: [2],
  banned: [11],
};

const options = (...baseUrls: readonly string[]): OpenAiOptions => ({
  baseUrls,
  name: "small",
  apiKey: undefined,
  timeoutMs: 300,
  retries: 2,
  delayMs: 10,
  now: Date.now,
  random: () => 0,
});

async function complete(...behaviours: readonly Behaviour[]) {
  const server = await faultServer(...behaviours);
  const engine = await openOpenAi(options(server.url));
  const [answer] = await Promise.allSettled([engine.complete(request)]);
  const outcome =
    answer.status === "fulfilled"
      ? answer.value
      : { code: answer.reason.code, message: answer.reason.message.replaceAll(server.url, "URL") };
  return { outcome, asked: server.asked };
}

const hello = [
  {
    text: "Hello?",
    seed: 7,
    finishReason: "stop",
    promptTokens: 3,
    completionTokens: 2,
    modelMs: expect.any(Number),
  },
];
const answers: Behaviour = { kind: "answers" };

test("a request says everything that shapes the completion, and that no token shall be added", async () => {
  const { outcome, asked } = await complete(answers);
  expect(outcome).toEqual(hello);
  expect(asked).toEqual([
    {
      model: "small",
      prompt: "<s>user\n",
      seed: 7,
      n: 1,
      max_tokens: 40,
      temperature: 0.8,
      top_p: 0.9,
      top_k: -1,
      min_p: 0,
      add_special_tokens: false,
      stop: ["</s>"],
      stop_token_ids: [2],
      logit_bias: { 11: -100 },
    },
  ]);
});

test.each<[string, Behaviour]>([
  ["a server that fails", { kind: "status", status: 503 }],
  ["a server that is too busy", { kind: "status", status: 429, retryAfter: "0" }],
  ["an answer that never ends", { kind: "hangs" }],
  ["a connection that breaks in the middle of an answer", { kind: "breaks" }],
  ["an answer that is not JSON", { kind: "raw", body: "<html>" }],
  ["bytes that are not UTF-8", { kind: "raw", body: Buffer.from('{"choices":[{"text":"\xff"}]}', "latin1") }],
  ["an answer without a completion", { kind: "raw", body: '{"choices":[]}' }],
])("after %s the request is made again", async (_, fault) => {
  const { outcome, asked } = await complete(fault, answers);
  expect(outcome).toEqual(hello);
  expect(asked).toHaveLength(2);
});

test.each<[string, Behaviour, object]>([
  [
    "a server that keeps failing",
    { kind: "status", status: 500, message: "out of memory" },
    { code: "MGP_MODEL_UNAVAILABLE", message: "URL answered 500 out of memory" },
  ],
  [
    "an answer that never ends",
    { kind: "hangs" },
    { code: "MGP_MODEL_UNAVAILABLE", message: "URL did not answer in time" },
  ],
  [
    "bytes that are never UTF-8",
    { kind: "raw", body: Buffer.from([0xff]) },
    { code: "MGP_MODEL_ANSWER", message: "URL gave bytes that are not UTF-8" },
  ],
  [
    "a completion without its end",
    { kind: "raw", body: '{"choices":[{"text":""}]}' },
    { code: "MGP_MODEL_ANSWER", message: "URL gave a completion without a finish_reason" },
  ],
  [
    "a completion without its tokens counted",
    { kind: "raw", body: JSON.stringify({ ...completion("x"), usage: null }) },
    { code: "MGP_MODEL_ANSWER", message: "URL gave a completion without usage" },
  ],
])("%s ends in an error after as many tries as are allowed", async (_, fault, error) => {
  const { outcome, asked } = await complete(fault);
  expect(outcome).toEqual(error);
  expect(asked).toHaveLength(3);
});

test.each<[string, number, string, object]>([
  [
    "a prompt that does not fit",
    400,
    "the request exceeds the available context size",
    {
      code: "MGP_MODEL_CONTEXT",
      message: "URL answered 400 the request exceeds the available context size; lower maxTokens",
    },
  ],
  [
    "a parameter the server does not take",
    400,
    "min_p is unknown",
    { code: "MGP_MODEL_REFUSED", message: "URL answered 400 min_p is unknown" },
  ],
  [
    "a wrong key",
    401,
    "who are you",
    { code: "MGP_MODEL_UNAUTHORIZED", message: "URL answered 401 who are you" },
  ],
])("%s is an error at once", async (_, status, message, error) => {
  const { outcome, asked } = await complete({ kind: "status", status, message });
  expect(outcome).toEqual(error);
  expect(asked).toHaveLength(1);
});

test("a server that says when to come back is left alone until then", async () => {
  const started = Date.now();
  const { outcome } = await complete({ kind: "status", status: 429, retryAfter: "1" }, answers);
  expect(outcome).toEqual(hello);
  expect(Date.now() - started).toBeGreaterThanOrEqual(1000);
});

test("a server that says when to come back by a date is left alone until then", async () => {
  const started = Date.now();
  // Dates have no fractions of a second.
  const date = new Date(Math.ceil(started / 1000) * 1000 + 1000);
  const { outcome } = await complete(
    { kind: "status", status: 503, retryAfter: date.toUTCString() },
    answers,
  );
  expect(outcome).toEqual(hello);
  expect(Date.now()).toBeGreaterThanOrEqual(date.getTime());
});

test("an endpoint that is down is passed over for one that is not", async () => {
  const down = await faultServer(answers);
  const up = await faultServer({ kind: "answers", text: "Up?" });
  const engine = await openOpenAi(options(down.url, up.url));
  await down.close();
  const texts = await Promise.all([1, 2, 3].map((seed) => engine.complete({ ...request, seeds: [seed] })));
  expect(texts.map(([first]) => first!.text)).toEqual(["Up?", "Up?", "Up?"]);
});

test("requests go to the endpoint with the least to do", async () => {
  const [one, two] = [await faultServer({ kind: "hangs" }), await faultServer({ kind: "hangs" })];
  const engine = await openOpenAi({ ...options(one.url, two.url), retries: 0 });
  await Promise.allSettled([engine.complete({ ...request, seeds: [1, 2, 3, 4] })]);
  expect([one.asked.length, two.asked.length]).toEqual([2, 2]);
});

test("a model that the server does not have is an error that names those it has", async () => {
  const { url } = await faultServer(answers);
  await expect(openOpenAi({ ...options(url), name: "large" })).rejects.toMatchObject({
    code: "MGP_MODEL_NOT_FOUND",
    message: `there is no model "large" for ${url}, which has "small"; set \`name\` to one of them`,
  });
  expect((await openOpenAi({ ...options(url), name: undefined })).model).toBe("small");
});

test("an endpoint that is down from the start is an error that names it", async () => {
  const server = await faultServer(answers);
  await server.close();
  await expect(openOpenAi(options(server.url))).rejects.toMatchObject({ code: "MGP_MODEL_UNAVAILABLE" });
});

test("a request that is no longer wanted ends with the reason of its signal", async () => {
  const { url } = await faultServer({ kind: "hangs" });
  const engine = await openOpenAi({ ...options(url), timeoutMs: 60_000 });
  const stop = new AbortController();
  const answer = engine.complete(request, stop.signal);
  setTimeout(() => stop.abort(new Error("enough")), 50);
  await expect(answer).rejects.toThrow("enough");
});
