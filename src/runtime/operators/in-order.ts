import { concatMap, defer, type MonoTypeOperatorFunction, tap } from "rxjs";

/**
 * Emits what arrives in any order in contiguous sequence: `first`, `first + 1`, … Nothing is emitted past a number that has
 * not arrived, so whatever follows only ever sees the frontier.
 *
 * ```ts
 * inOrder((chunk) => chunk.sequence)
 * // in   3 1 2 |
 * // out    1 23|   (first = 1)
 * ```
 *
 * Errors with a RangeError when a number arrives a second time, and when the source completes while some wait behind a gap:
 * nothing is ever left out silently. What waits is bounded by the window.
 */
export function inOrder<T>(sequenceOf: (item: T) => number, first = 0): MonoTypeOperatorFunction<T> {
  return (source) =>
    defer(() => {
      const waiting = new Map<number, T>();
      let next = first;

      const release = (item: T): readonly T[] => {
        const sequence = sequenceOf(item);
        if (!Number.isSafeInteger(sequence) || sequence < next || waiting.has(sequence))
          throw new RangeError(`Sequence number ${sequence} arrived twice or is none; ${next} comes next`);
        if (sequence > next) {
          waiting.set(sequence, item);
          return [];
        }
        const ready = [item];
        next++;
        while (waiting.has(next)) {
          ready.push(waiting.get(next) as T);
          waiting.delete(next);
          next++;
        }
        return ready;
      };

      const refuseGap = () => {
        if (waiting.size > 0)
          throw new RangeError(`The source completed without number ${next}; ${waiting.size} wait behind it`);
      };

      return source.pipe(concatMap(release), tap({ complete: refuseGap }));
    });
}
