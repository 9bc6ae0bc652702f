/**
 * What `prepare` finds out about a text, as bytes, little-endian: a u32 for each band, then the shingles, ascending. No
 * bytes: the record does not have the text.
 */
export function encodePrepared(keys: Uint32Array, shingles: Uint32Array): Uint8Array {
  const bytes = new Uint8Array(4 * (keys.length + shingles.length));
  bytes.set(bytesOf(keys));
  bytes.set(bytesOf(shingles), 4 * keys.length);
  return bytes;
}

export interface Prepared {
  readonly keys: Uint32Array;
  readonly shingles: Uint32Array;
}

export function decodePrepared(bytes: Uint8Array, bands: number): Prepared {
  // Bytes from a store or another thread need not be aligned.
  const words = new Uint32Array(bytes.length / 4);
  new Uint8Array(words.buffer).set(bytes);
  return { keys: words.subarray(0, bands), shingles: words.subarray(bands) };
}

function bytesOf(words: Uint32Array): Uint8Array {
  return new Uint8Array(words.buffer, words.byteOffset, words.byteLength);
}
