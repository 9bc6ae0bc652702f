import type { MagpieError } from "../../core/errors.ts";
import { throwIfAborted } from "../throw-if-aborted.ts";
import { kafkaError } from "./kafka-error.ts";

/** Milliseconds: the first pause, and the longest one. Each is twice the one before. */
const firstPauseMs = 20;
const longestPauseMs = 500;

/**
 * Milliseconds of pauses after which trouble that might have passed is an error. A failover takes seconds; a topic that was just
 * made is known to all brokers within one.
 */
const patienceMs = { MGP_LOG_UNAVAILABLE: 15_000, MGP_TOPIC_UNKNOWN: 3_000 };

/**
 * The result of `attempt`, made again while its error is transient. Throws a coded error when patience has run out, when
 * trying again cannot help, and an AbortError.
 */
export async function retry<T>(doing: string, attempt: () => Promise<T>, signal?: AbortSignal): Promise<T> {
  const pauses = new Pauses();
  for (;;) {
    throwIfAborted(signal);
    try {
      return await attempt();
    } catch (error) {
      await pauses.after(kafkaError(doing, error), signal);
    }
  }
}

/** Pauses between attempts, each longer than the one before. */
export class Pauses {
  #waited = 0;
  #pause = firstPauseMs;

  /** Waits before the attempt after this error. Throws it when trying again cannot help, or was tried for long enough. */
  async after(error: MagpieError, signal?: AbortSignal): Promise<void> {
    const { code } = error;
    if (code !== "MGP_LOG_UNAVAILABLE" && code !== "MGP_TOPIC_UNKNOWN") throw error;
    if (this.#waited >= patienceMs[code]) throw error;
    const ms = this.#pause;
    this.#waited += ms;
    this.#pause = Math.min(longestPauseMs, ms * 2);
    await sleep(ms, signal);
  }
}

/** Resolves after `ms`, or at once when `signal` is aborted. */
export function sleep(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted) return resolve();
    const done = () => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal?.addEventListener("abort", done, { once: true });
  });
}
