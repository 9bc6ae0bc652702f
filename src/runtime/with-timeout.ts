import { MagpieError } from "../core/errors.ts";
import { maxTimerMs } from "../core/limits.ts";
import type { PurePhase, Results } from "../core/plugin.ts";
import type { MagpieRecord } from "../core/record.ts";

/**
 * A phase with a time-out. It gives the phase's answer: itself when it is not a promise, else a promise that rejects with
 * MGP_PLUGIN_TIMEOUT after `timeoutMs`, or with the reason of `outer` when that is aborted. Both abort the signal the phase
 * was given. What the phase still answers afterwards is ignored.
 */
export function withTimeout<T>(
  phase: PurePhase<T>,
  timeoutMs: number,
): (batch: readonly MagpieRecord[], outer?: AbortSignal) => Results<T> | Promise<Results<T>> {
  // Kept until a call needs it for longer: making a signal costs more than all else here, and few phases are asynchronous.
  let unused = new AbortController();
  return (batch, outer) => {
    const inner = unused;
    const answer = phase(batch, inner.signal);
    if (!isThenable(answer)) return answer;
    unused = new AbortController();
    return settledInTime(answer, batch.length, timeoutMs, inner, outer);
  };
}

function settledInTime<T>(
  answer: PromiseLike<Results<T>>,
  records: number,
  timeoutMs: number,
  inner: AbortController,
  outer: AbortSignal | undefined,
): Promise<Results<T>> {
  return new Promise((resolve, reject) => {
    const stop = (error: unknown) => {
      settled();
      reject(error);
      inner.abort(error);
    };
    const stopWithOuter = () => stop(outer?.reason);
    const settled = () => {
      clearTimeout(timer);
      outer?.removeEventListener("abort", stopWithOuter);
    };
    const timer = setTimeout(() => stop(timeoutError(records, timeoutMs)), Math.min(timeoutMs, maxTimerMs));
    outer?.addEventListener("abort", stopWithOuter);
    answer.then(
      (results) => {
        settled();
        resolve(results);
      },
      (error) => {
        settled();
        reject(error);
      },
    );
  });
}

function timeoutError(records: number, timeoutMs: number): MagpieError {
  return new MagpieError(
    "MGP_PLUGIN_TIMEOUT",
    `a call with ${records} record${records === 1 ? "" : "s"} did not end within ${timeoutMs} ms; raise timeoutMs or lower batch if the plugin needs longer`,
  );
}

/** A promise of any realm: plugins may come with their own. */
function isThenable<T>(answer: T | PromiseLike<T>): answer is PromiseLike<T> {
  return typeof (answer as { readonly then?: unknown } | null | undefined)?.then === "function";
}
