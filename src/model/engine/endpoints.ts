import { setTimeout as sleep } from "node:timers/promises";
import type { Endpoint } from "./endpoint.ts";
import { EndpointError } from "./endpoint-error.ts";

export interface RetryPolicy {
  /** Further tries of a request that failed in a way that may pass. */
  readonly retries: number;
  /** Milliseconds before the first of them; doubled each time, up to a minute. */
  readonly delayMs: number;
  /** Milliseconds since 1970. */
  now(): number;
  /** In [0, 1). */
  random(): number;
}

const longestDelayMs = 60_000;

/** Several servers of one model: each request goes to the one with the least to do that does not ask for rest. */
export class Endpoints {
  readonly #all: readonly Endpoint[];
  readonly #policy: RetryPolicy;

  constructor(all: readonly Endpoint[], policy: RetryPolicy) {
    this.#all = all;
    this.#policy = policy;
  }

  /** Tries again, elsewhere where there is an elsewhere, what may pass. Rejects with the last error. */
  async ask<T>(work: (endpoint: Endpoint) => Promise<T>, signal?: AbortSignal): Promise<T> {
    for (let attempt = 1; ; attempt += 1) {
      const endpoint = this.#pick();
      endpoint.load += 1;
      try {
        // Where all of them rest, the first to be ready is waited for.
        const restMs = endpoint.restsUntil - this.#policy.now();
        if (restMs > 0) await sleep(restMs, undefined, { signal });
        return await work(endpoint);
      } catch (error) {
        if (!(error instanceof EndpointError) || !error.retriable || attempt > this.#policy.retries)
          throw error;
        endpoint.restsUntil = this.#policy.now() + (error.retryAfterMs ?? this.#delay(attempt));
      } finally {
        endpoint.load -= 1;
      }
    }
  }

  #pick(): Endpoint {
    const now = this.#policy.now();
    const awake = this.#all.filter(({ restsUntil }) => restsUntil <= now);
    if (awake.length > 0) return awake.reduce((best, other) => (other.load < best.load ? other : best));
    return this.#all.reduce((best, other) => (other.restsUntil < best.restsUntil ? other : best));
  }

  /** Half of it random, so that requests that failed together do not all come back together. */
  #delay(attempt: number): number {
    return (
      Math.min(longestDelayMs, this.#policy.delayMs * 2 ** (attempt - 1)) * (0.5 + this.#policy.random() / 2)
    );
  }
}
