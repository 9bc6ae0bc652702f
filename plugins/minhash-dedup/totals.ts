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

  static read(state: Pick<State, "get">): Totals {
    const totals = new Totals();
    const bytes = state.get(key);
    if (bytes === undefined) return totals;
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    for (const [i, member] of members.entries()) totals[member] = view.getFloat64(8 * i, true);
    return totals;
  }

  copy(): Totals {
    return Object.assign(new Totals(), this);
  }

  /** Five f64, little-endian, in the order they stand here. */
  write(state: State): void {
    const bytes = new Uint8Array(8 * members.length);
    const view = new DataView(bytes.buffer);
    for (let i = 0; i < members.length; i++) view.setFloat64(8 * i, this[members[i]!], true);
    state.put(key, bytes);
  }
}

const key = "totals";
const members = ["next", "oldest", "records", "bytes", "evicted"] as const;
