import { setImmediate } from "node:timers/promises";
import { filter, Observable, Subject, take, takeUntil } from "rxjs";
import type { Chunk, Credit } from "../../log/log.ts";
import { hasCredit, type Window } from "../window.ts";

/**
 * Turns a log that is asked into an Observable that is bounded: `read` is called only while the window has credit for
 * records and bytes, and never twice at once. What was read is taken from the window; whoever settles it gives it back.
 *
 * ```ts
 * pull((credit, signal) => taskLog.read(credit, signal), window).pipe(...)
 * ```
 *
 * - An empty chunk is emitted too: it means that all there is has been read.
 * - Unsubscribing aborts the signal of the read under way; what it still gives is neither emitted nor taken.
 * - Between two reads the event loop runs, so that timers, signals and I/O are served.
 *
 * Never completes. Errors with whatever `read` throws.
 */
export function pull(
  read: (credit: Credit, signal: AbortSignal) => Promise<Chunk>,
  window: Window,
): Observable<Chunk> {
  return new Observable<Chunk>((subscriber) => {
    const stop = new AbortController();
    const stopped$ = new Subject<void>();

    const readAll = async () => {
      while (!subscriber.closed) {
        await creditIn(window, stopped$);
        if (subscriber.closed) return;
        const chunk = await read(window.credit, stop.signal);
        if (subscriber.closed) return;
        const { records, bytes } = sizeOfChunk(chunk);
        window.take(records, bytes);
        subscriber.next(chunk);
        await setImmediate();
      }
    };

    readAll().catch((error) => subscriber.error(error));
    return () => {
      stop.abort();
      stopped$.next();
    };
  });
}

/** What a chunk takes from the window: its messages and the bytes of their values. */
export function sizeOfChunk(chunk: Chunk): Credit {
  let bytes = 0;
  for (const message of chunk.messages) bytes += message.value.byteLength;
  return { records: chunk.messages.length, bytes };
}

function creditIn(window: Window, stopped$: Observable<void>): Promise<void> | undefined {
  if (hasCredit(window.credit)) return undefined;
  return new Promise((resolve) => {
    window.credit$
      .pipe(filter(hasCredit), take(1), takeUntil(stopped$))
      .subscribe({ complete: () => resolve() });
  });
}
