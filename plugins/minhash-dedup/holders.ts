import type { At } from "../../src/core/position.ts";
import type { State } from "../../src/core/state.ts";
import { BandIndex, type IndexedHolder } from "./band-index.ts";
import { decodeStoredHolder, encodeStoredHolder, whoHolds } from "./holder-entry.ts";
import { jaccard } from "./jaccard.ts";
import { decodePrepared } from "./prepared.ts";
import { noTotals, readTotals, type Totals, writeTotals } from "./totals.ts";

/** Candidates compared at most, those with the most shared bands first: one look-up never takes longer than some 0.5 ms. */
const mostCompared = 128;

/** What bounds the holders; the oldest leave first. */
export interface Caps {
  readonly records: number;
  /** Of keys and values in the store. */
  readonly bytes: number;
  /** In stream time; undefined: no holder is too old. */
  readonly ageMs: number | undefined;
}

/** What was found when a text was looked up. */
export interface Admission {
  /** Position and id of the holder; null when the text is held by this record from now on. */
  readonly holder: string | null;
  /** To the holder; without one, to the most alike of those compared. Null when none was. */
  readonly jaccard: number | null;
  /** The first band shared with the holder. */
  readonly band: number | null;
  readonly compared: number;
  readonly evicted: number;
}

/** Tables know a record by a u32 that is not 0. The holders alive are far fewer, so the rest of its number follows. */
const tableNumbers = 2 ** 32 - 1;
const restoredAtOnce = 65_536;
const keyBytes = 7;
const keyMark = 0x68;

/** The holders of texts, oldest first: in the state what they are, in memory the bands that find them. */
export class Holders {
  readonly #bands: number;
  readonly #threshold: number;
  readonly #caps: Caps;
  #index: BandIndex;
  #totals: Totals = noTotals;
  #committed: Totals = noTotals;

  constructor(bands: number, threshold: number, caps: Caps) {
    this.#bands = bands;
    this.#threshold = threshold;
    this.#caps = caps;
    this.#index = new BandIndex(bands);
  }

  restore(state: State): void {
    this.#totals = readTotals(state);
    this.#committed = this.#totals;
    this.#index = new BandIndex(this.#bands);
    this.#index.reserve(this.#totals.records);
    let part: IndexedHolder[] = [];
    for (const [key, value] of state.entries(Uint8Array.of(keyMark))) {
      part.push(this.#indexed(numberOf(key), value));
      if (part.length < restoredAtOnce) continue;
      this.#index.restore(part);
      part = [];
    }
    this.#index.restore(part);
  }

  /** Looks a text up; when nobody holds it, this record does from now on. */
  admit(prepared: Uint8Array, id: string, at: At, state: State): Admission {
    const before = this.#totals;
    this.#evictOlderThan(at.streamTime, state);
    const match = this.#match(prepared, at, state);
    if (match.holder === null) this.#insert(prepared, id, at, state);
    if (this.#totals !== before) writeTotals(this.#totals, state);
    return { ...match, evicted: this.#totals.evicted - before.evicted };
  }

  commit(): void {
    this.#index.commit();
    this.#committed = this.#totals;
  }

  rollback(): void {
    this.#index.rollback();
    this.#totals = this.#committed;
  }

  #match(prepared: Uint8Array, at: At, state: State): Omit<Admission, "evicted"> {
    const { keys, shingles } = decodePrepared(prepared, this.#bands);
    const candidates = this.#index.candidates(keys);
    const compared = Math.min(candidates.length, mostCompared);
    let nearest: number | null = null;
    for (let i = 0; i < compared; i++) {
      const number = this.#numberOf(candidates[i]!.record);
      const value = state.get(keyOf(number))!;
      const similarity = jaccard(shingles, decodeStoredHolder(value, this.#bands).prepared.shingles);
      if (similarity >= this.#threshold) {
        const holder = whoHolds(value, this.#bands);
        if (holder.original !== at.original)
          return {
            holder: holder.ref,
            jaccard: similarity,
            band: candidates[i]!.band,
            compared: i + 1,
          };
        // An earlier attempt of the same record: this one takes its place.
        this.#remove(number, value, state);
      } else if (nearest === null || similarity > nearest) nearest = similarity;
    }
    return { holder: null, jaccard: nearest, band: null, compared };
  }

  #insert(prepared: Uint8Array, id: string, at: At, state: State): void {
    const number = this.#totals.next;
    const keys = decodePrepared(prepared, this.#bands).keys.slice();
    const present = this.#index.insert(tableNumber(number), keys);
    const value = encodeStoredHolder(at, id, prepared, present);
    const bytes = keyBytes + value.length;
    while (this.#totals.records >= this.#caps.records || this.#totals.bytes + bytes > this.#caps.bytes) {
      if (this.#totals.records === 0) break;
      this.#evictOldest(state);
    }
    state.put(keyOf(number), value);
    const { next, records } = this.#totals;
    this.#totals = {
      ...this.#totals,
      next: next + 1,
      records: records + 1,
      bytes: this.#totals.bytes + bytes,
    };
  }

  #evictOlderThan(streamTime: number, state: State): void {
    if (this.#caps.ageMs === undefined) return;
    while (this.#totals.records > 0) {
      const oldest = this.#oldest(state);
      if (streamTime - decodeStoredHolder(oldest.value, this.#bands).streamTime <= this.#caps.ageMs) return;
      this.#evictOldest(state);
    }
  }

  #evictOldest(state: State): void {
    const { number, value } = this.#oldest(state);
    this.#remove(number, value, state);
    this.#totals = { ...this.#totals, oldest: number + 1, evicted: this.#totals.evicted + 1 };
  }

  /** Numbers whose record was replaced by a later attempt are skipped, once. */
  #oldest(state: State): { readonly number: number; readonly value: Uint8Array } {
    for (let number = this.#totals.oldest; number < this.#totals.next; number++) {
      const value = state.get(keyOf(number));
      if (value === undefined) continue;
      this.#totals = { ...this.#totals, oldest: number };
      return { number, value };
    }
    throw new Error(`the totals say that there are ${this.#totals.records} holders, but there is none`);
  }

  #remove(number: number, value: Uint8Array, state: State): void {
    this.#index.remove(this.#indexed(number, value));
    state.delete(keyOf(number));
    const { records, bytes } = this.#totals;
    this.#totals = { ...this.#totals, records: records - 1, bytes: bytes - keyBytes - value.length };
  }

  #indexed(number: number, value: Uint8Array): IndexedHolder {
    const { present, prepared } = decodeStoredHolder(value, this.#bands);
    return { record: tableNumber(number), keys: prepared.keys, present };
  }

  #numberOf(record: number): number {
    const { oldest } = this.#totals;
    return oldest + ((record - tableNumber(oldest) + tableNumbers) % tableNumbers);
  }
}

function tableNumber(number: number): number {
  return (number % tableNumbers) + 1;
}

/** Keys in the order of the numbers: a mark, then the number as a big-endian u48. */
function keyOf(number: number): Uint8Array {
  const key = new Uint8Array(keyBytes);
  key[0] = keyMark;
  let rest = number;
  for (let i = keyBytes - 1; i > 0; i--) {
    key[i] = rest % 256;
    rest = Math.floor(rest / 256);
  }
  return key;
}

function numberOf(key: Uint8Array): number {
  let number = 0;
  for (let i = 1; i < keyBytes; i++) number = number * 256 + key[i]!;
  return number;
}
