import { BandTable } from "./band-table.ts";

/**
 * Records a band keeps under one key. Texts made from one template share bands without being near-duplicates: without a
 * bound, each further one would be compared with all before it. A record left out of a full band is in its others.
 */
export const mostPerKey = 64;

/** A record as the tables know it. */
export interface IndexedHolder {
  /** 1 to 2^32 − 1. */
  readonly record: number;
  readonly keys: Uint32Array;
  /** By band: 1 where the record is in the band's table. */
  readonly present: Uint8Array;
}

interface Change extends IndexedHolder {
  readonly kind: "inserted" | "removed";
}

/** A record that shares a band with the one looked up. */
export interface Candidate {
  readonly record: number;
  /** The first band shared, and how many are. */
  readonly band: number;
  readonly shared: number;
}

const bandLimit = 4096;
const nobody: readonly Candidate[] = [];

/** The tables of all bands, with what was changed since the last commit, so that it can be undone. */
export class BandIndex {
  readonly #tables: readonly BandTable[];
  #changes: Change[] = [];
  // Record → shared bands × bandLimit + first band. One map for all look-ups; empty between them.
  readonly #seen = new Map<number, number>();

  constructor(bands: number) {
    this.#tables = Array.from({ length: bands }, () => new BandTable());
  }

  /** Those that share a band: most shared bands first, then by record number. */
  candidates(keys: Uint32Array): readonly Candidate[] {
    const seen = this.#seen;
    for (let band = 0; band < this.#tables.length; band++)
      this.#tables[band]!.forEach(keys[band]!, (record) => {
        const known = seen.get(record);
        seen.set(record, known === undefined ? bandLimit + band : known + bandLimit);
      });
    if (seen.size === 0) return nobody;
    const found = [...seen].map(([record, packed]) => ({
      record,
      band: packed % bandLimit,
      shared: Math.floor(packed / bandLimit),
    }));
    seen.clear();
    return found.sort((a, b) => b.shared - a.shared || a.record - b.record);
  }

  /** Gives, by band, whether the record went in; it stays out of a band that is full under its key. */
  insert(record: number, keys: Uint32Array): Uint8Array {
    const present = new Uint8Array(this.#tables.length);
    for (let band = 0; band < present.length; band++)
      if (this.#tables[band]!.insert(keys[band]!, record, mostPerKey)) present[band] = 1;
    this.#changes.push({ kind: "inserted", record, keys, present });
    return present;
  }

  remove(holder: IndexedHolder): void {
    this.#removeNow(holder);
    this.#changes.push({ kind: "removed", ...holder });
  }

  /** Makes an empty index large enough for so many records. */
  reserve(records: number): void {
    for (const table of this.#tables) table.reserve(records);
  }

  /** Puts back records a committed state says were in. Band by band, so that one table at a time is in the processor's cache. */
  restore(holders: readonly IndexedHolder[]): void {
    for (let band = 0; band < this.#tables.length; band++) {
      const table = this.#tables[band]!;
      for (const { record, keys, present } of holders)
        if (present[band] === 1) table.insert(keys[band]!, record, Number.POSITIVE_INFINITY);
    }
  }

  commit(): void {
    this.#changes = [];
  }

  rollback(): void {
    for (const change of this.#changes.reverse()) {
      if (change.kind === "inserted") this.#removeNow(change);
      else this.restore([change]);
    }
    this.#changes = [];
  }

  #removeNow({ record, keys, present }: IndexedHolder): void {
    for (let band = 0; band < present.length; band++)
      if (present[band] === 1) this.#tables[band]!.remove(keys[band]!, record);
  }
}
