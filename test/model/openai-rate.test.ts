import { setTimeout as sleep } from "node:timers/promises";
import { expect, onTestFinished, test } from "vitest";
import type { CompletionRequest } from "../../src/core/model.ts";
import type { Engine } from "../../src/model/engine/engine.ts";
import { type OpenAiOptions, openOpenAi } from "../../src/model/engine/open-openai.ts";
import { type Behaviour, faultServer } from "./fault-server.ts";
import { RateServer, type Storm, tokensOf } from "./rate-server.ts";

const request: CompletionRequest = {
  prompt: "<s>user\n",
  seeds: [],
  temperature: 1,
  topP: 1,
  maxTokens: 40,
  stop: [],
  stopIds: [],
  banned: [],
};

const options = (...baseUrls: readonly string[]): OpenAiOptions => ({
  baseUrls,
  name: "small",
  apiKey: undefined,
  timeoutMs: 60_000,
  retries: 8,
  delayMs: 50,
  now: Date.now,
  random: () => 0,
});

async function rateServer(options: { tokensPerSecond: number; tokensPerSecondEach: number }) {
  const server = new RateServer(options);
  await server.listen();
  onTestFinished(() => server.close());
  return server;
}

/** Asks for one completion a seed, so many at once. */
async function completeAll(engine: Engine, seeds: readonly number[], atOnce: number) {
  const left = [...seeds].reverse();
  const texts = new Map<number, string>();
  const ask = async () => {
    for (let seed = left.pop(); seed !== undefined; seed = left.pop()) {
      const [completion] = await engine.complete({ ...request, seeds: [seed] });
      expect(completion?.completionTokens).toBe(tokensOf(seed));
      texts.set(seed, completion!.text);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, ask));
  return texts;
}

const upTo = (count: number) => Array.from({ length: count }, (_, i) => i);
const textsFor = (seeds: readonly number[]) => new Map(seeds.map((seed) => [seed, `Text ${seed}`]));

test("a server that is busy is sent fewer requests than are asked for", async () => {
  const server = await rateServer({ tokensPerSecond: 3600, tokensPerSecondEach: 600 });
  // Connections and compiled code: what becomes faster by itself looks as if more requests made it faster.
  await completeAll(await openOpenAi(options(server.url)), upTo(200), 12);
  const engine = await openOpenAi(options(server.url));
  const texts = await completeAll(engine, upTo(700), 48);
  expect(texts).toEqual(textsFor(upTo(700)));
  const settled = server.begun
    .slice(-350)
    .map(({ inFlight }) => inFlight)
    .toSorted((a, b) => a - b);
  // It is busy with six; a machine that is busy itself blurs that. Without a limit it is 48.
  const middle = settled[settled.length >> 1]!;
  expect(middle).toBeGreaterThanOrEqual(3);
  expect(middle).toBeLessThan(48);
}, 120_000);

test.each<[string, Storm]>([
  ["too busy", { status: 429, retryAfter: "0.3" }],
  ["too busy, without saying for how long", { status: 429 }],
  ["unavailable", { status: 503, retryAfter: "0.3" }],
  ["failing", { status: 500 }],
])("a server that is %s for a while is asked less, and every completion comes once", async (_, storm) => {
  const server = await rateServer({ tokensPerSecond: 20_000, tokensPerSecondEach: 1000 });
  const engine = await openOpenAi(options(server.url));
  const seeds = upTo(300);
  const all = completeAll(engine, seeds, 24);
  while (server.answered.length < 100) await sleep(5);
  server.storm = storm;
  await sleep(1200);
  server.storm = undefined;
  expect(await all).toEqual(textsFor(seeds));
  expect(server.answered.toSorted((a, b) => a - b)).toEqual(seeds);
  // If all of them came back each time that it has rested, there would be a hundred and more.
  expect(server.refusedAt.length).toBeGreaterThan(0);
  expect(server.refusedAt.length).toBeLessThan(80);
});

test("nobody asks a server before the time that it named, whoever it was named to", async () => {
  const server = await rateServer({ tokensPerSecond: 20_000, tokensPerSecondEach: 1000 });
  server.storm = { status: 429, retryAfter: "1" };
  const engine = await openOpenAi(options(server.url));
  const seeds = upTo(40);
  const all = completeAll(engine, seeds, 40);
  while (server.refusedAt.length < 4) await sleep(5);
  server.storm = undefined;
  const refused = Math.max(...server.refusedAt);
  while (server.begun.length === 0) await sleep(1);
  expect(Date.now() - refused).toBeGreaterThanOrEqual(1000);
  expect(server.refusedAt).toHaveLength(4);
  expect(await all).toEqual(textsFor(seeds));
});

const busy: Behaviour = { kind: "status", status: 429, retryAfter: "0.05" };
const answers: Behaviour = { kind: "answers" };

test("refusals cost no tries while they last no longer than all tries would", async () => {
  const server = await faultServer(busy, busy, busy, busy, busy, answers);
  const engine = await openOpenAi({ ...options(server.url), retries: 2, delayMs: 100 });
  const [completion] = await engine.complete({ ...request, seeds: [1] });
  expect(completion?.text).toBe("Hello?");
  expect(server.asked).toHaveLength(6);
});

test("a server that refuses for longer is an error that says so", async () => {
  const server = await faultServer(busy);
  const engine = await openOpenAi({ ...options(server.url), retries: 2, delayMs: 50 });
  await expect(engine.complete({ ...request, seeds: [1] })).rejects.toMatchObject({ code: "MGP_MODEL_BUSY" });
  // 50 and 100 ms lie between three tries; each refusal asks for 50, and the clock for a little less.
  expect([4, 5]).toContain(server.asked.length);
});

test("who waits is served in order, and leaves the line when no longer wanted", async () => {
  const server = await rateServer({ tokensPerSecond: 4000, tokensPerSecondEach: 200 });
  const engine = await openOpenAi(options(server.url));
  const stops = upTo(12).map(() => new AbortController());
  const answers = stops.map((stop, seed) =>
    engine.complete({ ...request, seeds: [seed] }, stop.signal).then(
      ([completion]) => completion!.text,
      (error: Error) => error.message,
    ),
  );
  while (server.begun.length < 4) await sleep(1);
  stops[5]!.abort(new Error("waiting no more"));
  expect(await answers[5]).toBe("waiting no more");
  expect(server.answered).toEqual([]);
  stops[1]!.abort(new Error("asked no more"));
  expect(await answers[1]).toBe("asked no more");
  const texts = await Promise.all(answers);
  expect(texts).toEqual(
    upTo(12).map((seed) => ({ 1: "asked no more", 5: "waiting no more" })[seed] ?? `Text ${seed}`),
  );
  expect(server.begun.map(({ seed }) => seed)).toEqual([0, 1, 2, 3, 4, 6, 7, 8, 9, 10, 11]);
});
