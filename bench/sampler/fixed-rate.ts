import { setTimeout as sleep } from "node:timers/promises";
import type { CompletionRequest } from "../../src/core/model.ts";
import type { Engine } from "../../src/model/engine/engine.ts";
import { openOpenAi } from "../../src/model/engine/open-openai.ts";
import { RateServer, tokensOf } from "../../test/model/rate-server.ts";
import { formatWhole, table } from "../table.ts";
import { complete } from "./bare-server.ts";
import { request } from "./request.ts";

const fixed = [4, 8, 12, 16, 32, 64];
const asked = 64;
/** It is busy with twelve requests, of a quarter of a second each. */
const rates = { tokensPerSecond: 1200, tokensPerSecondEach: 100 };
const stormMs = 60_000;

/** Asks with ever new seeds, so many at once, and counts what comes. */
class Load {
  readonly seeds: number[] = [];
  #next = 0;
  #isOver = false;
  readonly #workers: Promise<void>[];

  constructor(atOnce: number, ask: (seed: number) => Promise<void>) {
    this.#workers = Array.from({ length: atOnce }, async () => {
      while (!this.#isOver) {
        const seed = this.#next++;
        await ask(seed);
        this.seeds.push(seed);
      }
    });
  }

  /** Tokens a second of what ends within so many milliseconds from now. */
  async rate(ms: number): Promise<number> {
    const before = this.seeds.length;
    const started = performance.now();
    await Promise.race([sleep(ms), Promise.all(this.#workers)]);
    const tokens = this.seeds.slice(before).reduce((sum, seed) => sum + tokensOf(seed), 0);
    return (1000 * tokens) / (performance.now() - started);
  }

  /** Ends with what is under way. Throws unless every seed was answered once. */
  async end(): Promise<void> {
    this.#isOver = true;
    await Promise.all(this.#workers);
    const answered = new Set(this.seeds).size;
    if (answered !== this.seeds.length || answered !== this.#next)
      throw new Error(`${this.#next} completions were asked for, ${answered} came`);
  }
}

/** A server of a fixed rate of tokens: what fixed numbers of requests bring, what ours settles at, and a storm of refusals. */
export async function benchFixedRate(seconds: number): Promise<void> {
  const server = new RateServer(rates);
  await server.listen();
  try {
    const best = await compare(server, seconds * 1000);
    await storm(server, best, seconds * 1000);
  } finally {
    await server.close();
  }
}

async function compare(server: RateServer, ms: number): Promise<number> {
  const rows: [string, number][] = [];
  for (const atOnce of fixed) {
    const load = new Load(atOnce, async (seed) => void (await complete(server.url, "small", seed)));
    rows.push([`${atOnce} at once`, await settledRate(load, ms)]);
    await load.end();
  }
  const best = Math.max(...rows.map(([, rate]) => rate));
  const load = new Load(asked, asking(await open(server)));
  const ours = await settledRate(load, ms);
  const inFlight = server.begun
    .slice(-400)
    .map((each) => each.inFlight)
    .toSorted((a, b) => a - b);
  await load.end();
  rows.push([`ours, asked for ${asked} at once, sends ${inFlight[200]}`, ours]);
  console.log(
    table(
      ["a server of 1,200 tokens/s, 100 each", "tokens/s", "of the best"],
      rows.map(([name, rate]) => [name, formatWhole(rate), (rate / best).toFixed(3)]),
    ),
  );
  return best;
}

/** After as long again. */
async function settledRate(load: Load, ms: number): Promise<number> {
  await load.rate(ms);
  return load.rate(ms);
}

async function storm(server: RateServer, best: number, ms: number): Promise<void> {
  const load = new Load(asked, asking(await open(server)));
  const before = await settledRate(load, ms);
  const refused = server.refusedAt.length;
  server.storm = { status: 429, retryAfter: "1" };
  const during = await load.rate(stormMs);
  server.storm = undefined;
  const refusals = server.refusedAt.length - refused;
  const after: [string, number][] = [];
  for (const [name, length] of [
    ["the first 5 s after it", 5000],
    ["the next 5 s", 5000],
    ["then", ms],
  ] as const)
    after.push([name, await load.rate(length)]);
  await load.end();
  const rows: readonly [string, number][] = [
    ["before", before],
    [`${stormMs / 1000} s of 429, Retry-After: 1`, during],
    ...after,
  ];
  console.log(
    table(
      ["a storm of refusals", "tokens/s", "of the best"],
      rows.map(([name, rate]) => [name, formatWhole(rate), (rate / best).toFixed(3)]),
    ),
  );
  console.log(`${refusals} requests were refused; every completion came once.`);
}

function open(server: RateServer): Promise<Engine> {
  return openOpenAi({
    baseUrls: [server.url],
    name: "small",
    apiKey: undefined,
    timeoutMs: 600_000,
    retries: 8,
    delayMs: 500,
    now: Date.now,
    random: Math.random,
  });
}

function asking(engine: Engine): (seed: number) => Promise<void> {
  const without: Omit<CompletionRequest, "seeds"> = request;
  return async (seed) => void (await engine.complete({ ...without, seeds: [seed] }));
}
