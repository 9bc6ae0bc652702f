const initialKeys = 1024;
const initialBytes = 8192;

/** Slots for every key there is room for: at most half of them are taken. */
const slotsPerKey = 2;

/** Numbers keys in the order in which they come, from 0 on; in typed arrays, so that a key is no object. */
export class KeyTable {
  size = 0;
  #bytes = new Uint8Array(initialBytes);
  /** Where the bytes of each key begin and, with the next entry, end. */
  #starts = new Uint32Array(initialKeys + 1);
  #hashes = new Uint32Array(initialKeys);
  /** Open addressing by hash: the number of a key plus 1, 0 in an empty slot. */
  #slots = new Uint32Array(slotsPerKey * initialKeys);

  /** The number of a key; -1 when it has none. */
  find(key: Uint8Array): number {
    return this.#slots[this.#slotOf(key, hashOf(key))]! - 1;
  }

  /** The number of a key, which gets one when it has none. */
  add(key: Uint8Array): number {
    const hash = hashOf(key);
    const slot = this.#slotOf(key, hash);
    if (this.#slots[slot]! > 0) return this.#slots[slot]! - 1;
    const number = this.size++;
    const start = this.#starts[number]!;
    const end = start + key.length;
    if (end > this.#bytes.length) this.#bytes = grown(this.#bytes, new Uint8Array(2 * end));
    for (let i = 0; i < key.length; i++) this.#bytes[start + i] = key[i]!;
    this.#starts[number + 1] = end;
    this.#hashes[number] = hash;
    this.#slots[slot] = number + 1;
    if (this.size === this.#hashes.length) this.#grow();
    return number;
  }

  keyOf(number: number): Uint8Array {
    return this.#bytes.slice(this.#starts[number]!, this.#starts[number + 1]!);
  }

  #slotOf(key: Uint8Array, hash: number): number {
    const mask = this.#slots.length - 1;
    let slot = hash & mask;
    for (let entry = this.#slots[slot]!; entry > 0; entry = this.#slots[slot]!) {
      if (this.#hashes[entry - 1] === hash && this.#isAt(entry - 1, key)) break;
      slot = (slot + 1) & mask;
    }
    return slot;
  }

  #isAt(number: number, key: Uint8Array): boolean {
    const start = this.#starts[number]!;
    if (this.#starts[number + 1]! - start !== key.length) return false;
    for (let i = 0; i < key.length; i++) if (this.#bytes[start + i] !== key[i]) return false;
    return true;
  }

  #grow(): void {
    const length = 2 * this.#hashes.length;
    this.#starts = grown(this.#starts, new Uint32Array(length + 1));
    this.#hashes = grown(this.#hashes, new Uint32Array(length));
    this.#slots = new Uint32Array(slotsPerKey * length);
    const mask = this.#slots.length - 1;
    for (let number = 0; number < this.size; number++) {
      let slot = this.#hashes[number]! & mask;
      while (this.#slots[slot]! > 0) slot = (slot + 1) & mask;
      this.#slots[slot] = number + 1;
    }
  }
}

/** FNV-1a, its upper bits mixed in: keys that count differ in their last byte only. */
function hashOf(key: Uint8Array): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < key.length; i++) hash = Math.imul(hash ^ key[i]!, 0x01000193);
  return (hash ^ (hash >>> 15)) >>> 0;
}

function grown<T extends Uint8Array | Uint32Array>(old: T, larger: T): T {
  larger.set(old);
  return larger;
}
