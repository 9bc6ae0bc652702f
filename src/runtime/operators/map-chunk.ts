import { from, mergeMap, type OperatorFunction, of } from "rxjs";

/**
 * Projects every chunk; slow projections overlap, so results come in the order they are ready (`inOrder` restores it). A
 * result that is not a promise passes on at once, without one being made.
 *
 * ```ts
 * mapChunk((chunk) => measured(chunk), 8)
 * ```
 *
 * `concurrency` is the number of projections under way at once (default: no limit; the window bounds what there is). What
 * exceeds it waits here. Errors when `project` throws or its promise rejects.
 */
export function mapChunk<T, R>(
  project: (chunk: T) => R | Promise<R>,
  concurrency = Number.POSITIVE_INFINITY,
): OperatorFunction<T, R> {
  return mergeMap((chunk) => {
    const result = project(chunk);
    return result instanceof Promise ? from(result) : of(result);
  }, concurrency);
}
