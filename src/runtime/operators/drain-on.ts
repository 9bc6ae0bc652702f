import { type MonoTypeOperatorFunction, type Observable, take, takeUntil } from "rxjs";

/**
 * Ends the source when `stop$` first emits: nothing more is read, and what was read flows on to its commit, because the
 * operators behind complete only when they are done.
 *
 * ```ts
 * pull(read, window).pipe(drainOn(stop$), ...stages, inOrder(...), commitEvery(...))
 * ```
 *
 * Place it directly behind the source; further down it would cut off work that is under way. A `stop$` that completes
 * without a value never ends it.
 */
export function drainOn<T>(stop$: Observable<unknown>): MonoTypeOperatorFunction<T> {
  return takeUntil(stop$.pipe(take(1)));
}
