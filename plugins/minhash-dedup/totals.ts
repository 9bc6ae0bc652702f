import type { State } from "../../src/core/state.ts";

/** What is known of all holders together; kept in the state beside them. */
export class Totals {
  /** The number the next holder gets; counted from 0, never used again. */
  next = 0;
  /** No holder has a smaller number. */
  oldest = 0;
  records = 0;
  /** Of their keys and values in the store. */
  bytes = 0;
  /** Holders that had to leave because of a cap. */
  evicted = 0;

  static readonly key = "totals";

  static read(state: State): Totals {
    return Totals.decode(state.get(Totals.key));
  }

  static decode(bytes: Uint8Array | undefined): Totals {
    const totals = new Totals();
    if (bytes === undefined) return totals;
    scratchBytes.set(bytes);
    const [next, oldest, records, size, evicted] = scratch;
    return Object.assign(totals, { next, oldest, records, bytes: size, evicted });
  }

  copy(): Totals {
    return Object.assign(new Totals(), this);
  }

  /** Five f64, little-endian, in the order they stand here. */
  write(state: State): void {
    scratch[0] = this.next;
    scratch[1] = this.oldest;
    scratch[2] = this.records;
    scratch[3] = this.bytes;
    scratch[4] = this.evicted;
    state.put(encodedKey, scratchBytes);
  }
}

const encodedKey = Buffer.from(Totals.key);

/** A state copies what it is given. */
const scratch = new Float64Array(5);
const scratchBytes = new Uint8Array(scratch.buffer);
