import { setTimeout } from "node:timers/promises";

/** A timer set to more fires at once. */
const longestTimerMs = 2 ** 31 - 1;

/** Waits `ms` milliseconds. Rejects with the reason of `signal` as soon as that is aborted. */
export async function abortableDelay(ms: number, signal?: AbortSignal): Promise<void> {
  try {
    await setTimeout(Math.min(ms, longestTimerMs), undefined, signal === undefined ? {} : { signal });
  } catch (error) {
    signal?.throwIfAborted();
    throw error;
  }
}
