import { Observable, type OperatorFunction } from "rxjs";

/**
 * Gathers single values into chunks: those that arrive in the same turn of the event loop, at most `max` each. The source is
 * not held back.
 *
 * ```ts
 * gather(256)
 * ```
 *
 * What waits is emitted when the source completes, and dropped with its error.
 */
export function gather<T>(max: number): OperatorFunction<T, readonly T[]> {
  return (source) =>
    new Observable((subscriber) => {
      let waiting: T[] = [];
      let turn: NodeJS.Immediate | undefined;
      const emit = () => {
        clearImmediate(turn);
        turn = undefined;
        if (waiting.length === 0) return;
        const chunk = waiting;
        waiting = [];
        subscriber.next(chunk);
      };
      subscriber.add(() => clearImmediate(turn));
      subscriber.add(
        source.subscribe({
          next: (value) => {
            waiting.push(value);
            if (waiting.length >= max) emit();
            else turn ??= setImmediate(emit);
          },
          error: (error) => subscriber.error(error),
          complete: () => {
            emit();
            subscriber.complete();
          },
        }),
      );
    });
}
