/** What `prepare` finds out about a text. As bytes, little-endian: a u32 for each band, then the shingles. */
export interface Prepared {
  readonly keys: Uint32Array;
  /** Ascending. */
  readonly shingles: Uint32Array;
}

/** Copies when it must: bytes from a store or another thread need not be aligned. */
export function readPrepared(bytes: Uint8Array, bands: number): Prepared {
  const aligned = bytes.byteOffset % 4 === 0 ? bytes : bytes.slice();
  const { buffer, byteOffset, byteLength } = aligned;
  return {
    keys: new Uint32Array(buffer, byteOffset, bands),
    shingles: new Uint32Array(buffer, byteOffset + 4 * bands, byteLength / 4 - bands),
  };
}
