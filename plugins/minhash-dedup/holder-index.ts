/**
 * Records a band keeps under one key. Texts made from one template share bands without being near-duplicates: without a
 * bound, each further one would be compared with all before it. A record left out of a full band is in its others.
 */
export const mostPerKey = 64;

/** A record as the tables of the bands know it. */
export interface IndexedHolder {
  /** 1 to 2^32 − 1. */
  readonly record: number;
  readonly keys: Uint32Array;
  /** By band: 1 where the record is in the band's table. */
  readonly present: Uint8Array;
}

/** A record that shares a band with the one looked up. */
export interface Candidate {
  readonly record: number;
  /** The first band shared, and how many are. */
  readonly band: number;
  readonly shared: number;
}

/** The tables of all bands, with what was changed since the last commit, so that it can be undone. */
export interface HolderIndex {
  /** Those that share a band: most shared bands first, then by record number. */
  candidates(keys: Uint32Array): readonly Candidate[];
  /**
   * Gives, by band, whether the record went in, valid until the next call; it stays out of a band that is full under its key. Cheapest
   * directly after a look-up of the same keys in the same array, which then must not have changed.
   */
  insert(record: number, keys: Uint32Array): Uint8Array;
  /** Throws when it is not there: whoever removes must know what was inserted. */
  remove(holder: IndexedHolder): void;
  /** Makes an empty index large enough for so many records. */
  reserve(records: number): void;
  /** Puts back records that a committed state says were in. */
  restore(holders: Iterable<IndexedHolder>): void;
  commit(): void;
  rollback(): void;
}
