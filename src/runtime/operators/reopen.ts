import {
  type MonoTypeOperatorFunction,
  NEVER,
  type Observable,
  retry,
  takeUntil,
  throwError,
  timer,
} from "rxjs";
import { fullJitter } from "../backoff.ts";

export interface ReopenPolicy {
  /** Longest wait after the first failure, in milliseconds; doubles with every failure in a row. Default: 100. */
  readonly delayMs?: number;
  /** Longest wait after any failure, in milliseconds. Default: 30,000. */
  readonly maxDelayMs?: number;
  /** Whether opening again can help; an error it refuses passes on. */
  readonly retriable: (error: unknown) => boolean;
  /** Numbers in [0, 1), for the jitter. */
  readonly random: () => number;
  /** Ends the waiting for good: the result completes instead of opening again. Default: never. */
  readonly stop$?: Observable<unknown>;
  /** Told of every wait: the error, milliseconds until the source is opened again, and failures in a row, from 1. */
  readonly onReopen?: (error: unknown, delayMs: number, attempt: number) => void;
}

/**
 * Subscribes to the source again after an error that may pass, waiting longer after each failure in a row (exponential,
 * full jitter). A value emitted ends the row.
 *
 * ```ts
 * defer(() => openTask(id)).pipe(reopen({ retriable, random }))
 * ```
 *
 * Errors with the source's error when `retriable` refuses it, or with what a callback throws.
 */
export function reopen<T>({
  delayMs: firstDelayMs = 100,
  maxDelayMs = 30_000,
  retriable,
  random,
  stop$ = NEVER,
  onReopen,
}: ReopenPolicy): MonoTypeOperatorFunction<T> {
  return retry({
    resetOnSuccess: true,
    delay: (error: unknown, attempt) => {
      if (!retriable(error)) return throwError(() => error);
      const delayMs = fullJitter(attempt, firstDelayMs, maxDelayMs, random);
      onReopen?.(error, delayMs, attempt);
      return timer(delayMs).pipe(takeUntil(stop$));
    },
  });
}
