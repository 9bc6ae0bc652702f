import { BehaviorSubject, type Observable } from "rxjs";
import type { Credit } from "../log/log.ts";

/**
 * What a task may hold in memory: records and bytes that were read and are not committed yet. RxJS has no back-pressure;
 * reading only while the window has credit is what bounds memory.
 *
 * One message that is larger than all the bytes still fits into an empty window, so that it cannot block the task; the
 * credit is zero until it is given back.
 */
export class Window {
  #size: Credit;
  readonly #credit: BehaviorSubject<Credit>;
  #inFlight: Credit = { records: 0, bytes: 0 };

  /** Throws a RangeError unless both limits are at least 1. */
  constructor(size: Credit) {
    this.#size = checked(size);
    this.#credit = new BehaviorSubject<Credit>({ records: size.records, bytes: size.bytes });
  }

  /** What was taken and not given back. */
  get inFlight(): Credit {
    return this.#inFlight;
  }

  /** What may still be read; never negative. Reading needs credit in both. */
  get credit(): Credit {
    return this.#credit.value;
  }

  /** The credit at the time of the subscription, and again whenever it changes. Never completes. */
  get credit$(): Observable<Credit> {
    return this.#credit.asObservable();
  }

  /** Changes the limits; what is in flight stays so. Throws a RangeError as the constructor does. */
  resize(size: Credit): void {
    this.#size = checked(size);
    this.#credit.next(this.#left());
  }

  take(records: number, bytes: number): void {
    this.#move(records, bytes);
  }

  /** Throws a RangeError when more is given back than was taken. */
  give(records: number, bytes: number): void {
    if (records > this.#inFlight.records || bytes > this.#inFlight.bytes)
      throw new RangeError(
        `${records} records and ${bytes} bytes were given back to a window that had ${this.#inFlight.records} records and ${this.#inFlight.bytes} bytes in flight`,
      );
    this.#move(-records, -bytes);
  }

  #move(records: number, bytes: number): void {
    if (records === 0 && bytes === 0) return;
    this.#inFlight = { records: this.#inFlight.records + records, bytes: this.#inFlight.bytes + bytes };
    this.#credit.next(this.#left());
  }

  #left(): Credit {
    return {
      records: Math.max(0, this.#size.records - this.#inFlight.records),
      bytes: Math.max(0, this.#size.bytes - this.#inFlight.bytes),
    };
  }
}

function checked(size: Credit): Credit {
  if (size.records >= 1 && size.bytes >= 1) return size;
  throw new RangeError(
    `A window needs at least 1 record and 1 byte; it was given ${size.records} records and ${size.bytes} bytes`,
  );
}

/** Whether a read makes sense: credit for a record and for a byte. */
export function hasCredit(credit: Credit): boolean {
  return credit.records > 0 && credit.bytes > 0;
}
