import {
  auditTime,
  connect,
  distinctUntilChanged,
  endWith,
  ignoreElements,
  merge,
  type OperatorFunction,
  scan,
  takeLast,
  takeUntil,
} from "rxjs";

/**
 * Folds events into a snapshot and emits it at most once every `everyMs`, and the last one when the source completes,
 * without waiting for the time to pass. A snapshot is not emitted twice in a row, none when there was no event.
 *
 * ```ts
 * events$.pipe(throttledProgress((total, event) => total + event.records, 0, 500))
 * ```
 *
 * `fold` is pure. Errors at once with the source's error or what `fold` throws.
 */
export function throttledProgress<T, S>(
  fold: (snapshot: S, event: T) => S,
  seed: S,
  everyMs: number,
): OperatorFunction<T, S> {
  return (source) =>
    source.pipe(
      scan(fold, seed),
      connect((snapshot$) => {
        const completed$ = snapshot$.pipe(ignoreElements(), endWith(true));
        return merge(snapshot$.pipe(auditTime(everyMs), takeUntil(completed$)), snapshot$.pipe(takeLast(1)));
      }),
      distinctUntilChanged(),
    );
}
