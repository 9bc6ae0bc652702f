import type { At } from "../../src/core/position.ts";
import type { State } from "../../src/core/state.ts";
import { createHolderIndex } from "./create-holder-index.ts";
import { EntryBuffer } from "./entry-buffer.ts";
import { keysOf, presentOf, shinglesOf, streamTimeOf, whoHolds } from "./holder-entry.ts";
import type { Candidate, HolderIndex, IndexedHolder } from "./holder-index.ts";
import { keyBytes, keyOf, keyPrefix, numberOf } from "./holder-key.ts";
import { jaccard } from "./jaccard.ts";
import { Totals } from "./totals.ts";

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

type Match = Omit<Admission, "evicted">;

const noMatch: Match = { holder: null, jaccard: null, band: null, compared: 0 };

/** Tables know a record by a u32 that is not 0. The holders alive are far fewer, so the rest of its number follows. */
const tableNumbers = 2 ** 32 - 1;

/** The holders of texts, oldest first: in the state what they are, in memory the bands that find them. */
export class Holders {
  readonly #bands: number;
  readonly #threshold: number;
  readonly #caps: Caps;
  readonly #entry: EntryBuffer;
  #index: HolderIndex;
  #totals = new Totals();
  #committed = new Totals();

  constructor(bands: number, threshold: number, caps: Caps) {
    this.#bands = bands;
    this.#threshold = threshold;
    this.#caps = caps;
    this.#entry = new EntryBuffer(bands);
    this.#index = createHolderIndex(bands, caps.records);
  }

  restore(state: State): void {
    this.#totals = Totals.read(state);
    this.#committed = this.#totals.copy();
    // Caps lowered since then take effect with the next record.
    this.#index = createHolderIndex(this.#bands, Math.max(this.#caps.records, this.#totals.records));
    this.#index.reserve(this.#totals.records);
    this.#index.restore(this.#holdersIn(state));
  }

  /** Looks a text up; when nobody holds it, this record does from now on. */
  admit(prepared: Uint8Array, id: string, at: At, state: State): Admission {
    const { evicted, records } = this.#totals;
    this.#entry.load(prepared);
    this.#evictOlderThan(at.streamTime, state);
    const candidates = this.#index.candidates(this.#entry.keys);
    const match = candidates.length === 0 ? noMatch : this.#match(candidates, at, state);
    if (match.holder === null) this.#insert(id, at, state);
    if (match.holder === null || this.#totals.records !== records) this.#totals.write(state);
    return {
      holder: match.holder,
      jaccard: match.jaccard,
      band: match.band,
      compared: match.compared,
      evicted: this.#totals.evicted - evicted,
    };
  }

  commit(): void {
    this.#index.commit();
    this.#committed = this.#totals.copy();
  }

  rollback(): void {
    this.#index.rollback();
    this.#totals = this.#committed.copy();
  }

  #match(candidates: readonly Candidate[], at: At, state: State): Match {
    const { shingles } = this.#entry;
    const compared = Math.min(candidates.length, mostCompared);
    let nearest: number | null = null;
    for (let i = 0; i < compared; i++) {
      const { record, band } = candidates[i]!;
      const number = this.#numberOf(record);
      const entry = state.get(keyOf(number))!;
      const similarity = jaccard(shingles, shinglesOf(entry, this.#bands));
      if (similarity >= this.#threshold) {
        const holder = whoHolds(entry, this.#bands);
        if (holder.original !== at.original)
          return { holder: holder.ref, jaccard: similarity, band, compared: i + 1 };
        // An earlier attempt of the same record: this one takes its place.
        this.#remove(number, entry, state);
      } else if (nearest === null || similarity > nearest) nearest = similarity;
    }
    return { holder: null, jaccard: nearest, band: null, compared };
  }

  #insert(id: string, at: At, state: State): void {
    const totals = this.#totals;
    const number = totals.next++;
    const present = this.#index.insert(tableNumber(number), this.#entry.keys);
    const entry = this.#entry.encode(at, id, present);
    const size = keyBytes + entry.length;
    while (
      totals.records > 0 &&
      (totals.records >= this.#caps.records || totals.bytes + size > this.#caps.bytes)
    )
      this.#evictOldest(state);
    state.put(keyOf(number), entry);
    totals.records++;
    totals.bytes += size;
  }

  #evictOlderThan(streamTime: number, state: State): void {
    if (this.#caps.ageMs === undefined) return;
    while (this.#totals.records > 0) {
      if (streamTime - streamTimeOf(this.#oldest(state)) <= this.#caps.ageMs) return;
      this.#evictOldest(state);
    }
  }

  #evictOldest(state: State): void {
    const entry = this.#oldest(state);
    this.#remove(this.#totals.oldest, entry, state);
    this.#totals.oldest++;
    this.#totals.evicted++;
  }

  /** Numbers whose record was replaced by a later attempt are passed over, once. */
  #oldest(state: State): Uint8Array {
    for (; this.#totals.oldest < this.#totals.next; this.#totals.oldest++) {
      const entry = state.get(keyOf(this.#totals.oldest));
      if (entry !== undefined) return entry;
    }
    throw new Error(`the totals say that there are ${this.#totals.records} holders, but there is none`);
  }

  #remove(number: number, entry: Uint8Array, state: State): void {
    this.#index.remove(this.#indexed(number, entry));
    state.delete(keyOf(number));
    this.#totals.records--;
    this.#totals.bytes -= keyBytes + entry.length;
  }

  *#holdersIn(state: State): Iterable<IndexedHolder> {
    for (const [key, value] of state.entries(keyPrefix)) yield this.#indexed(numberOf(key), value);
  }

  #indexed(number: number, entry: Uint8Array): IndexedHolder {
    return {
      record: tableNumber(number),
      keys: keysOf(entry, this.#bands),
      present: presentOf(entry, this.#bands),
    };
  }

  #numberOf(record: number): number {
    const { oldest } = this.#totals;
    return oldest + ((record - tableNumber(oldest) + tableNumbers) % tableNumbers);
  }
}

function tableNumber(number: number): number {
  return (number % tableNumbers) + 1;
}
