/** What `prepare` finds out about a text. As bytes, little-endian: a u32 for each band, then the shingles. */
export interface Prepared {
  readonly keys: Uint32Array;
  /** Ascending. */
  readonly shingles: Uint32Array;
}

export function readPrepared(bytes: Uint8Array, bands: number): Prepared {
  const words = wordsOf(bytes);
  return { keys: words.subarray(0, bands), shingles: words.subarray(bands) };
}

/** Copies when it must: bytes from a store or another machine need not be aligned. (The `slice` of a Buffer copies nothing.) */
export function wordsOf(bytes: Uint8Array): Uint32Array {
  const { buffer, byteOffset, byteLength } = bytes.byteOffset % 4 === 0 ? bytes : new Uint8Array(bytes);
  return new Uint32Array(buffer, byteOffset, byteLength / 4);
}
