import { describe, expect, test } from "vitest";
import { type Begun, ConcurrencyLimit } from "../../src/model/engine/concurrency-limit.ts";
import { seededRandom } from "../../src/runtime/seeded-random.ts";

/** Tokens per millisecond of a server that works on so many requests at once. */
type Rate = (requests: number) => number;

interface UnderWay {
  readonly tokens: number;
  readonly at: number;
  readonly begun: Begun;
  left: number;
}

/** A server, and `demand` requests that are asked again as soon as they are answered: in a time of their own. */
class Simulation {
  readonly limit = new ConcurrencyLimit();
  rate: Rate;
  waiting: number;
  /** Requests under way, each time that one was answered. */
  readonly inFlight: number[] = [];
  #now = 0;
  #underWay: UnderWay[] = [];
  readonly #random = seededRandom("tokens");

  constructor(rate: Rate, demand: number) {
    this.rate = rate;
    this.waiting = demand;
  }

  /** Tokens per millisecond while so many are answered. */
  answer(requests: number): number {
    const started = this.#now;
    let tokens = 0;
    for (let i = 0; i < requests; i++) tokens += this.#answerNext();
    return tokens / (this.#now - started);
  }

  /** All that are under way fail, and are asked again. */
  fail(): void {
    const failed = this.#underWay;
    this.#underWay = [];
    for (const { begun } of failed) this.limit.failed(begun);
    this.waiting += failed.length;
  }

  #answerNext(): number {
    this.#begin();
    const each = this.rate(this.#underWay.length) / this.#underWay.length;
    const next = this.#underWay.reduce((first, other) => (other.left < first.left ? other : first));
    const { left, tokens, at, begun } = next;
    this.#now += left / each;
    for (const request of this.#underWay) request.left -= left;
    this.inFlight.push(this.#underWay.length);
    this.#underWay.splice(this.#underWay.indexOf(next), 1);
    this.limit.succeeded(begun, { tokens, ms: this.#now - at }, this.waiting);
    this.waiting += 1;
    return tokens;
  }

  #begin(): void {
    while (this.waiting > 0 && this.#underWay.length < this.limit.value) {
      this.waiting -= 1;
      const tokens = 20 + Math.floor(this.#random() * 40);
      const begun = this.limit.begin(this.#underWay.length + 1);
      this.#underWay.push({ tokens, left: tokens, at: this.#now, begun });
    }
  }
}

/** Faster up to so many requests, which only share its speed from then on. */
const busyAt =
  (knee: number): Rate =>
  (requests) =>
    Math.min(requests, knee) / knee;

/** As a server that batches: each request more makes all of them a little slower. */
const batching: Rate = (requests) => requests / (requests + 8);

/** Its memory runs out above twelve. */
const thrashing: Rate = (requests) => (requests <= 12 ? requests : Math.max(3, 12 - 0.3 * (requests - 12)));

const bestOf = (rate: Rate, demand: number) =>
  Math.max(...Array.from({ length: demand }, (_, i) => rate(i + 1)));

describe.each<[string, Rate]>([
  ["is busy with one request", busyAt(1)],
  ["is busy with three", busyAt(3)],
  ["is busy with ten", busyAt(10)],
  ["is busy with forty", busyAt(40)],
  ["gains less and less", batching],
  ["becomes slower above twelve", thrashing],
])("a server that %s", (_, rate) => {
  test.each([2, 16, 64])("is sent nearly the best number of requests when %d are asked for", (demand) => {
    const simulation = new Simulation(rate, demand);
    simulation.answer(1500);
    expect(simulation.answer(3000) / bestOf(rate, demand)).toBeGreaterThan(0.95);
  });
});

test("no more requests than the server is busy with are under way, save to try it", () => {
  const simulation = new Simulation(busyAt(10), 64);
  simulation.answer(1500);
  simulation.inFlight.length = 0;
  simulation.answer(3000);
  const sorted = simulation.inFlight.toSorted((a, b) => a - b);
  expect(sorted[1500]).toBe(12);
  expect(sorted.at(-1)).toBe(15);
});

test("a server that becomes faster, or slower, is followed", () => {
  const simulation = new Simulation(busyAt(4), 64);
  simulation.answer(1000);
  expect(simulation.limit.value).toBeLessThanOrEqual(6);
  simulation.rate = (requests) => Math.min(requests, 24) / 4;
  simulation.answer(3000);
  expect(simulation.answer(2000)).toBeGreaterThan(0.95 * 6);
  simulation.rate = busyAt(4);
  simulation.answer(6000);
  expect(simulation.limit.value).toBeLessThan(12);
});

test("failures halve it down to one, once for all that failed together, and it comes back", () => {
  const simulation = new Simulation(busyAt(12), 16);
  simulation.answer(2000);
  const settled = simulation.limit.value;
  const halves: number[] = [];
  for (let storm = 0; storm < 6; storm++) {
    simulation.fail();
    halves.push(simulation.limit.value);
    // One is under way again before the next failure.
    simulation.answer(1);
  }
  expect(settled).toBeGreaterThanOrEqual(12);
  expect(halves[0]).toBe(Math.floor(settled / 2));
  expect(Math.min(...halves)).toBeGreaterThanOrEqual(1);
  simulation.answer(200);
  expect(simulation.answer(500)).toBeGreaterThan(0.9);
});

test("a refusal while a higher limit is tried ends only that", () => {
  const limit = new ConcurrencyLimit();
  const answerAll = (count: number) => {
    for (let i = 0; i < count; i++) {
      const begun = limit.begin(limit.value);
      limit.succeeded(begun, { tokens: 10, ms: 10 }, 100);
    }
  };
  answerAll(8);
  expect(limit.value).toBe(8);
  const refused = [limit.begin(7), limit.begin(8)];
  expect(refused.map((begun) => limit.failed(begun))).toEqual([true, false]);
  expect(limit.value).toBe(4);
});

test("it does not grow beyond what is asked for", () => {
  const simulation = new Simulation(busyAt(64), 6);
  simulation.answer(2000);
  expect(Math.max(...simulation.inFlight)).toBe(6);
  expect(simulation.limit.value).toBeLessThanOrEqual(6);
});
