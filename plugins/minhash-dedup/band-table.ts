/** Slots behind the last one, for keys that belong at the end and find their place taken. */
const initialOverflow = 256;
const initialCapacity = 1024;
const growth = 1.25;
const fullAt = 0.8;
const u32Range = 2 ** 32;

/** Most bytes a key takes: 8 a slot, when a table has just grown. */
export const bytesPerKey = (8 * growth) / fullAt;

/**
 * The records of one band, by the hash of their rows: a multimap from u32 to u32 without an object per entry. Linear probing
 * over slots in ascending order of key: where a key belongs grows with the key, so the table is a sorted array with gaps, a
 * search ends at the first larger key, and growing it is one pass from left to right.
 */
export class BandTable {
  // Slot i is [key, record] at 2i; the record 0 marks an empty slot.
  #slots = new Uint32Array(2 * (initialCapacity + initialOverflow));
  #capacity = initialCapacity;
  #overflow = initialOverflow;
  #slotsPerKey = initialCapacity / u32Range;
  #count = 0;

  /** Makes an empty table large enough for so many keys, so that filling it does not grow it step by step. */
  reserve(count: number): void {
    this.#resize(Math.max(initialCapacity, Math.ceil((count / fullAt) * Math.sqrt(growth))), initialOverflow);
  }

  /** Appends the records under a key to a list, in the order of their insertion. */
  collect(key: number, into: number[]): void {
    const slots = this.#slots;
    for (let at = this.#first(key); slots[at] === key && slots[at + 1] !== 0; at += 2)
      into.push(slots[at + 1]!);
  }

  /** False, and nothing is inserted, when the key has `most` records already. */
  insert(key: number, record: number, most: number): boolean {
    const slots = this.#slots;
    let at = this.#first(key);
    let equal = 0;
    for (; slots[at + 1] !== 0 && slots[at] === key; at += 2) equal++;
    if (equal >= most) return false;
    let end = at;
    while (end < slots.length && slots[end + 1] !== 0) end += 2;
    if (end >= slots.length || this.#count >= this.#capacity * fullAt) {
      this.#grow();
      return this.insert(key, record, most);
    }
    // Runs are short: a loop beats a call of copyWithin.
    for (; end > at; end -= 2) {
      slots[end] = slots[end - 2]!;
      slots[end + 1] = slots[end - 1]!;
    }
    slots[at] = key;
    slots[at + 1] = record;
    this.#count++;
    return true;
  }

  /** Throws when it is not there: whoever removes must know what was inserted. */
  remove(key: number, record: number): void {
    const slots = this.#slots;
    let hole = this.#first(key);
    while (slots[hole] === key && slots[hole + 1] !== 0 && slots[hole + 1] !== record) hole += 2;
    if (slots[hole] !== key || slots[hole + 1] !== record)
      throw new Error(`record ${record} is not under the key ${key}`);
    // What was pushed to the right of where it belongs comes back by one slot.
    let end = hole + 2;
    while (end < slots.length && slots[end + 1] !== 0 && this.#home(slots[end]!) < end) end += 2;
    slots.copyWithin(hole, hole + 2, end);
    slots[end - 2] = 0;
    slots[end - 1] = 0;
    this.#count--;
  }

  /** The first slot of a key, or where it would stand. */
  #first(key: number): number {
    const slots = this.#slots;
    let at = this.#home(key);
    while (slots[at + 1] !== 0 && slots[at]! < key) at += 2;
    return at;
  }

  /** Grows with the key. */
  #home(key: number): number {
    return ((key * this.#slotsPerKey) | 0) << 1;
  }

  #grow(): void {
    const old = this.#slots;
    if (this.#count >= this.#capacity * fullAt)
      this.#resize(Math.ceil(this.#capacity * growth), this.#overflow);
    else this.#resize(this.#capacity, 2 * this.#overflow);
    while (!this.#spread(old)) this.#resize(this.#capacity, 2 * this.#overflow);
  }

  #resize(capacity: number, overflow: number): void {
    this.#capacity = capacity;
    this.#overflow = overflow;
    this.#slotsPerKey = capacity / u32Range;
    this.#slots = new Uint32Array(2 * (capacity + overflow));
  }

  /** False when so many keys belong at the very end that there is no room for all. */
  #spread(old: Uint32Array): boolean {
    const slots = this.#slots;
    let next = 0;
    for (let from = 0; from < old.length; from += 2) {
      if (old[from + 1] === 0) continue;
      const at = Math.max(next, this.#home(old[from]!));
      if (at === slots.length) return false;
      slots[at] = old[from]!;
      slots[at + 1] = old[from + 1]!;
      next = at + 2;
    }
    return true;
  }
}
