import { setTimeout } from "node:timers/promises";
import { maxTimerMs } from "../core/limits.ts";

/** Waits `ms` milliseconds. Rejects with the reason of `signal` as soon as that is aborted. */
export async function abortableDelay(ms: number, signal?: AbortSignal): Promise<void> {
  try {
    await setTimeout(Math.min(ms, maxTimerMs), undefined, signal === undefined ? {} : { signal });
  } catch (error) {
    signal?.throwIfAborted();
    throw error;
  }
}
