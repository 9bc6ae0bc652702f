import { decodeHolder, type HolderEntry } from "../../src/core/holder-entry.ts";
import { wordsOf } from "./prepared.ts";

/**
 * What the state keeps of a holder, little-endian: f64 stream time (ms), u32 length of what was prepared, what was prepared, for
 * every band a byte that is 1 where the holder is in the band's table, and who it is (see core/holder-entry).
 */
export const preparedStart = 12;

/** When the holder was admitted, in stream time, ms. */
export function streamTimeOf(entry: Uint8Array): number {
  return new DataView(entry.buffer, entry.byteOffset).getFloat64(0, true);
}

/** Keys of the holder's bands. */
export function keysOf(entry: Uint8Array, bands: number): Uint32Array {
  return wordsOf(bytesOf(entry, preparedStart, 4 * bands));
}

/** Ascending. */
export function shinglesOf(entry: Uint8Array, bands: number): Uint32Array {
  const start = preparedStart + 4 * bands;
  return wordsOf(bytesOf(entry, start, preparedEnd(entry) - start));
}

/** By band: 1 where the holder is in the band's table. */
export function presentOf(entry: Uint8Array, bands: number): Uint8Array {
  return bytesOf(entry, preparedEnd(entry), bands);
}

export function whoHolds(entry: Uint8Array, bands: number): HolderEntry {
  return decodeHolder(entry.subarray(preparedEnd(entry) + bands));
}

function preparedEnd(entry: Uint8Array): number {
  return preparedStart + (entry[8]! | (entry[9]! << 8) | (entry[10]! << 16) | (entry[11]! << 24));
}

/** Not `subarray`: of a Buffer it makes another Buffer, which takes twice as long. */
function bytesOf(entry: Uint8Array, start: number, length: number): Uint8Array {
  return new Uint8Array(entry.buffer, entry.byteOffset + start, length);
}
