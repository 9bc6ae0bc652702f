import { setMaxListeners } from "node:events";
import { MagpieError } from "../core/errors.ts";
import type { PurePhase, Results } from "../core/plugin.ts";
import type { MagpieRecord } from "../core/record.ts";
import { isRecordError } from "../core/record-error.ts";
import type { StageOptions } from "../core/stage.ts";
import { abortableDelay } from "./abortable-delay.ts";
import { fullJitter } from "./backoff.ts";
import { CallFailure, failureOf, isSystemFailure } from "./call-failure.ts";
import { isRetriable, retryAfterOf } from "./retriable.ts";
import { Semaphore } from "./semaphore.ts";
import { withTimeout } from "./with-timeout.ts";

export { CallFailure } from "./call-failure.ts";

const firstBackoffMs = 100;
const longestBackoffMs = 10_000;

export interface Retry {
  readonly error: unknown;
  /** Tries of this batch that failed, from 1. */
  readonly attempt: number;
  /** Milliseconds until the next try. */
  readonly delayMs: number;
  /** Records in the batch. */
  readonly records: number;
}

export interface BatchCallerDeps {
  /** Numbers in [0, 1), for the jitter. */
  readonly random: () => number;
  /** Told of every call that begins; what it gives back is told how the call ended. */
  readonly onCall?: () => ((error?: unknown) => void) | undefined;
  readonly onRetry?: (retry: Retry) => void;
  /** Ends with the stage: aborts the calls under way and makes no others; `call` then rejects with its reason. */
  readonly signal?: AbortSignal;
}

export interface BatchCaller<T> {
  /**
   * One result or failure per record, in order. Rejects only for what is not about records: a MagpieError of the log, or
   * the end of the stage.
   */
  call(records: readonly MagpieRecord[]): Promise<readonly (T | CallFailure)[]>;
}

/**
 * Calls a stage's pure phase the way its options say: in batches, a limited number at once over all `call`s, each with a
 * time-out.
 *
 * - A call that failed in a way that may pass (see {@link isRetriable}) is made again up to `retries` times, after a
 *   random wait below 100 ms, 200 ms, 400 ms … (at most 10 s), or as long as the error's `retryAfterMs` asks.
 * - A batch that fails otherwise, or once too often, is split in halves, each called with the retries that are left, until
 *   the records that make it fail stand alone; only those fail. A hanging record in a batch of n costs about log2 n
 *   further time-outs.
 * - Results that are too few, too many or no array at all count as such a failure (MGP_PLUGIN_RESULT); a missing one among
 *   the right number fails its record only.
 *
 * A phase that answers without a promise costs one promise per `call`. It cannot be interrupted by the time-out; run it
 * in worker threads for that.
 */
export function createBatchCaller<T>(
  phase: PurePhase<T>,
  options: Pick<StageOptions, "batch" | "concurrency" | "timeoutMs" | "retries">,
  deps: BatchCallerDeps,
): BatchCaller<T> {
  const permits = new Semaphore(options.concurrency);
  // Every call under way listens for the end: beyond ten of them Node would warn of a leak.
  if (deps.signal !== undefined) setMaxListeners(0, deps.signal);
  const timed = withTimeout(phase, options.timeoutMs);

  const call = async (records: readonly MagpieRecord[]): Promise<readonly (T | CallFailure)[]> => {
    if (records.length === 0) return [];
    if (records.length <= options.batch) return resultsOf(records, 0, options.retries);
    const batches: Promise<readonly (T | CallFailure)[]>[] = [];
    for (let start = 0; start < records.length; start += options.batch)
      batches.push(resultsOf(records.slice(start, start + options.batch), 0, options.retries));
    return joined(await Promise.all(batches));
  };

  /** `spent`: calls already made with these records, among others. */
  const resultsOf = async (
    batch: readonly MagpieRecord[],
    spent: number,
    retries: number,
  ): Promise<readonly (T | CallFailure)[]> => {
    for (let attempt = 1; ; attempt++) {
      try {
        return settle(await callOnce(batch), spent + attempt);
      } catch (error) {
        deps.signal?.throwIfAborted();
        if (isSystemFailure(error)) throw error;
        if (attempt <= retries && isRetriable(error)) {
          await backOff(error, attempt, batch.length);
          continue;
        }
        if (batch.length === 1) return [failureOf(error, spent + attempt)];
        return resultsOfHalves(batch, spent + attempt, Math.max(0, retries - (attempt - 1)));
      }
    }
  };

  const resultsOfHalves = async (batch: readonly MagpieRecord[], spent: number, retries: number) => {
    const middle = batch.length >> 1;
    const halves = await Promise.all([
      resultsOf(batch.slice(0, middle), spent, retries),
      resultsOf(batch.slice(middle), spent, retries),
    ]);
    return joined(halves);
  };

  const callOnce = async (batch: readonly MagpieRecord[]): Promise<Results<T>> => {
    const permit = permits.acquire();
    if (permit !== undefined) await permit;
    let ended: ((error?: unknown) => void) | undefined;
    try {
      deps.signal?.throwIfAborted();
      ended = deps.onCall?.();
      const answer = timed(batch, deps.signal);
      const results = assertResults(answer instanceof Promise ? await answer : answer, batch.length);
      ended?.();
      return results;
    } catch (error) {
      ended?.(error);
      throw error;
    } finally {
      permits.release();
    }
  };

  const backOff = async (error: unknown, attempt: number, records: number) => {
    const jitter = fullJitter(attempt, firstBackoffMs, longestBackoffMs, deps.random);
    const delayMs = Math.max(jitter, retryAfterOf(error));
    deps.onRetry?.({ error, attempt, delayMs, records });
    await abortableDelay(delayMs, deps.signal);
  };

  return { call };
}

/** `flat` takes ten times as long. */
function joined<T>(parts: readonly (readonly T[])[]): readonly T[] {
  const all: T[] = [];
  for (const part of parts) for (const each of part) all.push(each);
  return all;
}

function assertResults<T>(results: Results<T>, expected: number): Results<T> {
  if (!Array.isArray(results))
    throw new MagpieError(
      "MGP_PLUGIN_RESULT",
      `the plugin returned ${results === null ? "null" : typeof results} where an array of ${expected} results was expected`,
    );
  if (results.length !== expected)
    throw new MagpieError(
      "MGP_PLUGIN_RESULT",
      `the plugin returned ${results.length} results for ${expected} records; it must return one for each, in order`,
    );
  return results;
}

/** The results themselves when every record has one, which is nearly always. */
function settle<T>(results: Results<T>, attempts: number): readonly (T | CallFailure)[] {
  for (const result of results)
    if (isMissing(result) || isRecordError(result))
      return Array.from(results, (each) => settleOne(each, attempts));
  return results as readonly T[];
}

function settleOne<T>(result: Results<T>[number] | undefined, attempts: number): T | CallFailure {
  if (isMissing(result))
    return new CallFailure(
      "MGP_PLUGIN_RESULT",
      "the plugin returned nothing for this record; return a RecordError for what cannot be judged",
      attempts,
    );
  return isRecordError(result) ? new CallFailure(result.code, result.message, attempts) : result;
}

function isMissing(result: unknown): result is undefined | null {
  return result === undefined || result === null;
}
