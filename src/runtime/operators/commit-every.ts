import {
  from,
  Observable,
  type ObservableInput,
  type OperatorFunction,
  Subject,
  takeUntil,
  timer,
} from "rxjs";
import type { CommitPolicy } from "../../core/limits.ts";
import type { Credit } from "../../log/log.ts";

/**
 * Groups items and commits the groups one after the other, never two at once. While a commit is under way, items gather;
 * when it ends, all that gathered are committed together if a threshold was reached meanwhile. When the source completes,
 * what remains is committed before the result completes. Emits what each commit gives.
 *
 * ```ts
 * commitEvery({ records: 1000, bytes: 4_000_000, everyMs: 250 }, (chunk) => chunk.size, (group) => write(group))
 * ```
 *
 * An item of 0 records is left out: it neither makes a commit nor starts the timer. A group may exceed the thresholds by
 * what gathered during a commit; the window bounds it.
 *
 * Errors, without another commit, when the source or a commit fails or a callback throws. Unsubscribing commits nothing
 * more; a commit under way cannot be taken back.
 */
export function commitEvery<T, C>(
  policy: CommitPolicy,
  sizeOf: (item: T) => Credit,
  commit: (group: readonly T[]) => ObservableInput<C>,
): OperatorFunction<T, C> {
  return (source) =>
    new Observable<C>((subscriber) => {
      let group: T[] = [];
      let records = 0;
      let bytes = 0;
      let timeIsUp = false;
      let committing = false;
      let sourceCompleted = false;
      const groupTaken$ = new Subject<void>();
      const closed$ = new Subject<void>();

      const add = (item: T) => {
        const size = sizeOf(item);
        if (size.records === 0) return;
        if (group.length === 0) startTimer();
        group.push(item);
        records += size.records;
        bytes += size.bytes;
        commitIfDue();
      };

      const startTimer = () => {
        timer(policy.everyMs)
          .pipe(takeUntil(groupTaken$), takeUntil(closed$))
          .subscribe(() => {
            timeIsUp = true;
            guarded(commitIfDue);
          });
      };

      const commitIfDue = () => {
        if (committing) return;
        if (group.length === 0) {
          if (sourceCompleted) subscriber.complete();
          return;
        }
        if (sourceCompleted || timeIsUp || records >= policy.records || bytes >= policy.bytes) commitGroup();
      };

      const commitGroup = () => {
        const taken = group;
        group = [];
        records = 0;
        bytes = 0;
        timeIsUp = false;
        groupTaken$.next();
        committing = true;
        from(commit(taken))
          .pipe(takeUntil(closed$))
          .subscribe({
            next: (result) => subscriber.next(result),
            error: (error) => subscriber.error(error),
            complete: () => {
              committing = false;
              if (!subscriber.closed) guarded(commitIfDue);
            },
          });
      };

      const guarded = (step: () => void) => {
        try {
          step();
        } catch (error) {
          subscriber.error(error);
        }
      };

      // Before subscribing, and through takeUntil: so that a source that emits while it is being subscribed to stops too.
      subscriber.add(() => closed$.next());
      source.pipe(takeUntil(closed$)).subscribe({
        next: (item) => guarded(() => add(item)),
        error: (error) => subscriber.error(error),
        complete: () => {
          sourceCompleted = true;
          if (!subscriber.closed) guarded(commitIfDue);
        },
      });
    });
}
