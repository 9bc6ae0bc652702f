import type { State } from "../../src/core/state.ts";

/** What is known of all holders together; kept in the state beside them. */
export interface Totals {
  /** The number the next holder gets; counted from 0, never used again. */
  readonly next: number;
  /** No holder has a smaller number. */
  readonly oldest: number;
  readonly records: number;
  /** Of their keys and values in the store. */
  readonly bytes: number;
  /** Holders that had to leave because of a cap. */
  readonly evicted: number;
}

export const noTotals: Totals = { next: 0, oldest: 0, records: 0, bytes: 0, evicted: 0 };

const key = "totals";
const members = ["next", "oldest", "records", "bytes", "evicted"] as const;

/** Five f64, little-endian, in the order of {@link Totals}. */
export function writeTotals(totals: Totals, state: State): void {
  const bytes = new Uint8Array(8 * members.length);
  const view = new DataView(bytes.buffer);
  members.forEach((member, i) => {
    view.setFloat64(8 * i, totals[member], true);
  });
  state.put(key, bytes);
}

export function readTotals(state: Pick<State, "get">): Totals {
  const bytes = state.get(key);
  if (bytes === undefined) return noTotals;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const [next, oldest, records, size, evicted] = members.map((_, i) => view.getFloat64(8 * i, true));
  return { next: next!, oldest: oldest!, records: records!, bytes: size!, evicted: evicted! };
}
