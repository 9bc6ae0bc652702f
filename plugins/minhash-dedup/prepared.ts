const blockBytes = 65_536;

/** What `prepare` finds out about a text. As bytes, little-endian: a u32 for each band, then the shingles. */
export interface Prepared {
  readonly keys: Uint32Array;
  /** Ascending. */
  readonly shingles: Uint32Array;
}

/** Copies when it must: bytes from a store or another machine need not be aligned. (The `slice` of a Buffer copies nothing.) */
export function readPrepared(bytes: Uint8Array, bands: number): Prepared {
  const aligned = bytes.byteOffset % 4 === 0 ? bytes : new Uint8Array(bytes);
  const { buffer, byteOffset, byteLength } = aligned;
  return {
    keys: new Uint32Array(buffer, byteOffset, bands),
    shingles: new Uint32Array(buffer, byteOffset + 4 * bands, byteLength / 4 - bands),
  };
}

/** Keeps copies, many in one block of memory: an allocation for each costs more than the copy. A block is freed with the last of its copies. */
export class PreparedBlocks {
  #block = new Uint32Array(0);
  #used = 0;

  /** As bytes: the keys, then the first `count` shingles. */
  copy(keys: Uint32Array, shingles: Uint32Array, count: number): Uint8Array {
    const length = keys.length + count;
    if (this.#block.length - this.#used < length) {
      this.#block = new Uint32Array(Math.max(blockBytes / 4, length));
      this.#used = 0;
    }
    const start = this.#used;
    this.#used += length;
    this.#block.set(keys, start);
    this.#block.set(shingles.subarray(0, count), start + keys.length);
    return new Uint8Array(this.#block.buffer, 4 * start, 4 * length);
  }
}
