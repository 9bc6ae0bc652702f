/** A bucket is as many slots as fill a cache line: mostly the only one that a look-up reads. */
const bucketSlots = 8;
const initialBuckets = 128;
/** Buckets behind the last one, for keys that belong at the end and find no room there. */
const initialOverflow = 32;
const growth = 1.5;
const fullAt = 0.85;
const u32Range = 2 ** 32;

/** Most bytes a key takes: 8 a slot, when a table has just grown. */
export const bytesPerKey = (8 * growth) / fullAt;

/**
 * The records of one band, by the hash of their rows: a multimap from u32 to u32 without an object per entry. Linear probing from
 * the start of a key's bucket to the first empty slot. Buckets follow the order of the keys, so that growing reads and writes
 * from left to right.
 */
export class BandTable {
  // Slot i is [key, record] at 2i; the record 0 marks an empty slot.
  #slots = new Uint32Array(0);
  #buckets = 0;
  #overflow = 0;
  #bucketsPerKey = 0;
  #count = 0;

  constructor() {
    this.#resize(initialBuckets, initialOverflow);
  }

  /** Makes an empty table large enough for so many keys, so that filling it does not grow it step by step. */
  reserve(count: number): void {
    const buckets = Math.ceil((count / (bucketSlots * fullAt)) * Math.sqrt(growth));
    this.#resize(Math.max(initialBuckets, buckets), initialOverflow);
  }

  /** Reads where a key belongs, and nothing more: what it gives means nothing. */
  touch(key: number): number {
    return this.#slots[this.#home(key)]!;
  }

  /** Appends the records under a key to a list. */
  collect(key: number, into: number[]): void {
    const slots = this.#slots;
    for (let at = this.#home(key); slots[at + 1]! > 0; at += 2)
      if (slots[at] === key) into.push(slots[at + 1]!);
  }

  /** False, and nothing is inserted, when the key has `most` records already. */
  insert(key: number, record: number, most: number): boolean {
    const slots = this.#slots;
    let equal = 0;
    let at = this.#home(key);
    for (; slots[at + 1]! > 0; at += 2) if (slots[at] === key) equal++;
    if (equal >= most) return false;
    if (at >= slots.length || this.#count >= this.#buckets * bucketSlots * fullAt) {
      this.#grow();
      return this.insert(key, record, most);
    }
    slots[at] = key;
    slots[at + 1] = record;
    this.#count++;
    return true;
  }

  /** Throws when it is not there: whoever removes must know what was inserted. */
  remove(key: number, record: number): void {
    const slots = this.#slots;
    let hole = this.#home(key);
    while (slots[hole + 1]! > 0 && (slots[hole] !== key || slots[hole + 1] !== record)) hole += 2;
    if (slots[hole + 1] !== record) throw new Error(`record ${record} is not under the key ${key}`);
    // An empty slot ends a search, so what belongs at the hole or before it must not stay behind it (Knuth, TAOCP 3, 6.4, R).
    for (let at = hole + 2; slots[at + 1]! > 0; at += 2) {
      if (this.#home(slots[at]!) > hole) continue;
      slots[hole] = slots[at]!;
      slots[hole + 1] = slots[at + 1]!;
      hole = at;
    }
    slots[hole] = 0;
    slots[hole + 1] = 0;
    this.#count--;
  }

  /** The first slot of a key's bucket; grows with the key. */
  #home(key: number): number {
    return ((key * this.#bucketsPerKey) | 0) * (2 * bucketSlots);
  }

  #grow(): void {
    const old = this.#slots;
    const isFull = this.#count >= this.#buckets * bucketSlots * fullAt;
    this.#resize(
      isFull ? Math.ceil(this.#buckets * growth) : this.#buckets,
      this.#overflow * (isFull ? 1 : 2),
    );
    while (!this.#takeOver(old)) this.#resize(this.#buckets, 2 * this.#overflow);
  }

  #resize(buckets: number, overflow: number): void {
    this.#buckets = buckets;
    this.#overflow = overflow;
    this.#bucketsPerKey = buckets / u32Range;
    this.#slots = new Uint32Array(2 * bucketSlots * (buckets + overflow));
  }

  /** False when so many keys belong at the very end that there is no room for all. */
  #takeOver(old: Uint32Array): boolean {
    const slots = this.#slots;
    for (let from = 0; from < old.length; from += 2) {
      if (old[from + 1] === 0) continue;
      let at = this.#home(old[from]!);
      while (slots[at + 1]! > 0) at += 2;
      if (at >= slots.length) return false;
      slots[at] = old[from]!;
      slots[at + 1] = old[from + 1]!;
    }
    return true;
  }
}
