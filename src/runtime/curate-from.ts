import { Subject } from "rxjs";
import type { MagpieRecord } from "../core/record.ts";
import type { Stage } from "../core/stage.ts";
import { type CurateOptions, curate, type Outcome } from "./curate.ts";

const defaultMaxPending = 1_024;

/**
 * The stages over anything that can be iterated: one outcome per record, in order, pulled. The source is asked only while
 * fewer than `maxPending` records (default 1,024) are under way or wait to be taken, so a slow consumer holds it back.
 */
export async function* curateFrom(
  records: AsyncIterable<MagpieRecord> | Iterable<MagpieRecord>,
  stages: readonly Stage[],
  options: CurateOptions = {},
): AsyncGenerator<Outcome, void, undefined> {
  const { maxPending = defaultMaxPending } = options;
  const input$ = new Subject<MagpieRecord>();
  const ready: Outcome[] = [];
  const changed = new Signal();
  let pending = 0;
  let ended = false;
  let failure: { readonly error: unknown } | undefined;

  const outcomes = input$
    .pipe(curate(stages, { ...options, maxPending: Number.POSITIVE_INFINITY }))
    .subscribe({
      next: (outcome) => {
        ready.push(outcome);
        changed.raise();
      },
      error: (error) => {
        failure = { error };
        changed.raise();
      },
      complete: () => {
        ended = true;
        changed.raise();
      },
    });
  const feed = async () => {
    for await (const record of records) {
      while (pending >= maxPending && !outcomes.closed) await changed.next();
      if (outcomes.closed) return;
      pending++;
      input$.next(record);
    }
    input$.complete();
  };
  feed().catch((error) => input$.error(error));

  try {
    for (;;) {
      for (const outcome of ready.splice(0)) {
        yield outcome;
        pending--;
        changed.raise();
      }
      if (failure !== undefined) throw failure.error;
      if (ready.length > 0) continue;
      if (ended) return;
      await changed.next();
    }
  } finally {
    outcomes.unsubscribe();
    changed.raise();
  }
}

/** Wakes whoever waits for something to have changed. */
class Signal {
  #waiting: (() => void)[] = [];

  next(): Promise<void> {
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  raise(): void {
    for (const resolve of this.#waiting.splice(0)) resolve();
  }
}
