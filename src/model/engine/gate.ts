import { type Begun, ConcurrencyLimit } from "./concurrency-limit.ts";
import type { Endpoint } from "./endpoint.ts";

export interface GatePolicy {
  /** Milliseconds of rest after a first failure; doubled with each in a row, up to a minute. */
  readonly delayMs: number;
  /** Milliseconds since 1970. */
  now(): number;
  /** In [0, 1). */
  random(): number;
}

export const longestDelayMs = 60_000;

/** A request that was let in. */
export interface Visit {
  readonly begun: Begun;
  /** Milliseconds since 1970. */
  readonly at: number;
}

/** Lets requests in to one server: as many at once as it takes, and none while it rests, which it does after a failure. */
export class Gate {
  readonly endpoint: Endpoint;
  readonly #limit = new ConcurrencyLimit();
  readonly #policy: GatePolicy;
  #inFlight = 0;
  #failuresInRow = 0;
  #restsUntil = 0;

  constructor(endpoint: Endpoint, policy: GatePolicy) {
    this.endpoint = endpoint;
    this.#policy = policy;
  }

  /** Milliseconds until it may be asked again. */
  get restMs(): number {
    return Math.max(0, this.#restsUntil - this.#policy.now());
  }

  /** What is under way as a part of what may be: from 1 on, nothing more is let in. */
  get load(): number {
    return this.#inFlight / this.#limit.value;
  }

  enter(): Visit {
    this.#inFlight += 1;
    return { begun: this.#limit.begin(this.#inFlight), at: this.#policy.now() };
  }

  leave(): void {
    this.#inFlight -= 1;
  }

  /** `tokens`: of a completion, undefined for anything else. `waiting`: how many would come in if they might. */
  succeeded({ begun, at }: Visit, tokens: number | undefined, waiting: number): void {
    this.#failuresInRow = 0;
    if (tokens !== undefined) this.#limit.succeeded(begun, { tokens, ms: this.#policy.now() - at }, waiting);
  }

  failed({ begun }: Visit, retryAfterMs: number | undefined): void {
    const isNews = this.#limit.failed(begun);
    if (isNews) this.#failuresInRow += 1;
    // 0 is taken as nothing said: a server that fails is not asked in a tight loop.
    if (retryAfterMs !== undefined && retryAfterMs > 0) this.#rest(retryAfterMs);
    else if (isNews) this.#rest(this.#delay());
  }

  #rest(ms: number): void {
    this.#restsUntil = Math.max(this.#restsUntil, this.#policy.now() + ms);
  }

  /** Half of it random, so that the clients of a server that failed do not all come back together. */
  #delay(): number {
    const delayMs = this.#policy.delayMs * 2 ** (this.#failuresInRow - 1);
    return Math.min(longestDelayMs, delayMs) * (0.5 + this.#policy.random() / 2);
  }
}
