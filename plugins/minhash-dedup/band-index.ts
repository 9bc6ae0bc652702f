import { BandTable } from "./band-table.ts";
import { type Candidate, type HolderIndex, type IndexedHolder, mostPerKey } from "./holder-index.ts";
import { rankCandidates } from "./rank-candidates.ts";

export { type IndexedHolder, mostPerKey };

interface Change extends IndexedHolder {
  readonly kind: "inserted" | "removed";
}

const nobody: readonly Candidate[] = [];
const restoredAtOnce = 65_536;

/** A table of typed arrays for every band: for engines without WebAssembly, and for more than its memory holds. */
export class BandIndex implements HolderIndex {
  readonly #tables: readonly BandTable[];
  #changes: Change[] = [];
  // Filled by one look-up at a time, so that the many that find nobody allocate nothing.
  readonly #met: number[] = [];
  readonly #pairs: number[] = [];

  /** What was read first; kept so that the reading is not optimised away. */
  lastRead = 0;

  constructor(bands: number) {
    this.#tables = Array.from({ length: bands }, () => new BandTable());
  }

  candidates(keys: Uint32Array): readonly Candidate[] {
    this.#touch(keys);
    const met = this.#met;
    const pairs = this.#pairs;
    for (let band = 0; band < this.#tables.length; band++) {
      this.#tables[band]!.collect(keys[band]!, met);
      for (const record of met) pairs.push(record, band);
      met.length = 0;
    }
    if (pairs.length === 0) return nobody;
    const candidates = rankCandidates(pairs, pairs.length / 2);
    pairs.length = 0;
    return candidates;
  }

  insert(record: number, keys: Uint32Array): Uint8Array {
    const present = new Uint8Array(this.#tables.length);
    for (let band = 0; band < present.length; band++)
      if (this.#tables[band]!.insert(keys[band]!, record, mostPerKey)) present[band] = 1;
    this.#changes.push({ kind: "inserted", record, keys: keys.slice(), present });
    return present;
  }

  remove(holder: IndexedHolder): void {
    this.#removeNow(holder);
    const { record, keys, present } = holder;
    this.#changes.push({ kind: "removed", record, keys: keys.slice(), present: present.slice() });
  }

  reserve(records: number): void {
    for (const table of this.#tables) table.reserve(records);
  }

  restore(holders: Iterable<IndexedHolder>): void {
    let part: IndexedHolder[] = [];
    for (const holder of holders) {
      part.push(holder);
      if (part.length < restoredAtOnce) continue;
      this.#put(part);
      part = [];
    }
    this.#put(part);
  }

  commit(): void {
    this.#changes = [];
  }

  rollback(): void {
    for (const change of this.#changes.reverse()) {
      if (change.kind === "inserted") this.#removeNow(change);
      else this.#put([change]);
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

  /** Band by band, so that one table at a time is in the processor's cache. */
  #put(holders: readonly IndexedHolder[]): void {
    for (let band = 0; band < this.#tables.length; band++) {
      const table = this.#tables[band]!;
      for (const { record, keys, present } of holders)
        if (present[band] === 1) table.insert(keys[band]!, record, Number.POSITIVE_INFINITY);
    }
  }

  #removeNow({ record, keys, present }: IndexedHolder): void {
    for (let band = 0; band < present.length; band++)
      if (present[band] === 1) this.#tables[band]!.remove(keys[band]!, record);
  }
}
