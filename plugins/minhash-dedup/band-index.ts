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

const nobody: readonly Candidate[] = [];

/** The tables of all bands, with what was changed since the last commit, so that it can be undone. */
export class BandIndex {
  readonly #tables: readonly BandTable[];
  #changes: Change[] = [];
  // Filled by one look-up at a time, so that the many that find nobody allocate nothing.
  readonly #met: number[] = [];

  /** What was read first; kept so that the reading is not optimised away. */
  lastRead = 0;

  constructor(bands: number) {
    this.#tables = Array.from({ length: bands }, () => new BandTable());
  }

  /** Those that share a band: most shared bands first, then by record number. */
  candidates(keys: Uint32Array): readonly Candidate[] {
    this.#touch(keys);
    const met = this.#met;
    let found: Map<number, Candidate> | undefined;
    for (let band = 0; band < this.#tables.length; band++) {
      this.#tables[band]!.collect(keys[band]!, met);
      if (met.length === 0) continue;
      found ??= new Map();
      for (const record of met) {
        const known = found.get(record);
        found.set(record, { record, band: known?.band ?? band, shared: (known?.shared ?? 0) + 1 });
      }
      met.length = 0;
    }
    if (found === undefined) return nobody;
    return [...found.values()].sort((a, b) => b.shared - a.shared || a.record - b.record);
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

  /**
   * A look-up waits for memory once a table. Reading all the places first, without a decision in between, has the processor wait
   * for them together: three times as fast as one after the other once the tables are larger than its cache.
   */
  #touch(keys: Uint32Array): void {
    let read = 0;
    for (let band = 0; band < this.#tables.length; band++) read ^= this.#tables[band]!.touch(keys[band]!);
    this.lastRead = read;
  }

  #removeNow({ record, keys, present }: IndexedHolder): void {
    for (let band = 0; band < present.length; band++)
      if (present[band] === 1) this.#tables[band]!.remove(keys[band]!, record);
  }
}
