import { decodeHolder, type HolderEntry } from "../../src/core/holder-entry.ts";
import { type Prepared, readPrepared } from "./prepared.ts";

/**
 * What the state keeps of a holder, little-endian: f64 stream time (ms), u32 length of what was prepared, what was prepared, for
 * every band a byte that is 1 where the holder is in the band's table, and who it is (see core/holder-entry).
 */
export const preparedStart = 12;

/** When the holder was admitted, in stream time, ms. */
export function streamTimeOf(entry: Uint8Array): number {
  return viewOf(entry).getFloat64(0, true);
}

export function preparedOf(entry: Uint8Array, bands: number): Prepared {
  return readPrepared(entry.subarray(preparedStart, preparedEnd(entry)), bands);
}

/** By band: 1 where the holder is in the band's table. */
export function presentOf(entry: Uint8Array, bands: number): Uint8Array {
  const start = preparedEnd(entry);
  return entry.subarray(start, start + bands);
}

export function whoHolds(entry: Uint8Array, bands: number): HolderEntry {
  return decodeHolder(entry.subarray(preparedEnd(entry) + bands));
}

function preparedEnd(entry: Uint8Array): number {
  return preparedStart + viewOf(entry).getUint32(8, true);
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
