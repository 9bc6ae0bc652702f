import type { Endpoint } from "./endpoint.ts";
import { EndpointError } from "./endpoint-error.ts";
import { Gate, type GatePolicy, longestDelayMs } from "./gate.ts";
import { Gates } from "./gates.ts";

export interface RetryPolicy extends GatePolicy {
  /** Further tries of a request that failed in a way that may pass. */
  readonly retries: number;
}

export interface AskOptions<T> {
  readonly signal?: AbortSignal | undefined;
  /** Tokens of an answer; without it, how long it took says nothing about the server. */
  readonly tokens?: (answer: T) => number;
}

/**
 * Several servers of one model. A request goes to the one with the most room; what fails in a way that may pass is tried again, elsewhere
 * where there is an elsewhere.
 */
export class Endpoints {
  readonly #gates: Gates;
  readonly #retries: number;
  /** Milliseconds between all tries of a request, at most. */
  readonly #patienceMs: number;

  constructor(all: readonly Endpoint[], policy: RetryPolicy) {
    this.#gates = new Gates(all.map((endpoint) => new Gate(endpoint, policy)));
    this.#retries = policy.retries;
    this.#patienceMs = Array.from({ length: policy.retries }, (_, i) =>
      Math.min(longestDelayMs, policy.delayMs * 2 ** i),
    ).reduce((sum, ms) => sum + ms, 0);
  }

  /**
   * Rejects with the last error. A server that is too busy, or says when to come back, has not failed: that costs no try, but is put up
   * with only until it has asked for as much rest as lies between all tries.
   */
  async ask<T>(work: (endpoint: Endpoint) => Promise<T>, { signal, tokens }: AskOptions<T> = {}): Promise<T> {
    let failures = 0;
    let restedMs = 0;
    for (;;) {
      const { gate, visit } = await this.#gates.enter(signal);
      try {
        const answer = await work(gate.endpoint);
        gate.succeeded(visit, tokens?.(answer), this.#gates.waiting);
        return answer;
      } catch (error) {
        if (!(error instanceof EndpointError) || !error.retriable) throw error;
        gate.failed(visit, error.retryAfterMs);
        if (error.isRefusal) {
          if (restedMs >= this.#patienceMs) throw error;
          restedMs += gate.restMs;
        } else {
          if (failures >= this.#retries) throw error;
          failures += 1;
        }
      } finally {
        this.#gates.leave(gate);
      }
    }
  }
}
