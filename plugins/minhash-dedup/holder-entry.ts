import { decodeHolder, encodeHolder, type HolderEntry } from "../../src/core/holder-entry.ts";
import type { At } from "../../src/core/position.ts";
import { type Prepared, readPrepared } from "./prepared.ts";

const fixedBytes = 12;

/**
 * What the state keeps of a holder, little-endian: f64 stream time (ms), u32 length of what was prepared, what was prepared, for
 * every band a byte that is 1 where the holder is in the band's table, and who it is (see core/holder-entry).
 */
export function encodeHolderEntry(at: At, id: string, prepared: Uint8Array, present: Uint8Array): Uint8Array {
  const who = encodeHolder(at, id);
  const bytes = Buffer.allocUnsafe(fixedBytes + prepared.length + present.length + who.length);
  bytes.writeDoubleLE(at.streamTime, 0);
  bytes.writeUInt32LE(prepared.length, 8);
  bytes.set(prepared, fixedBytes);
  bytes.set(present, fixedBytes + prepared.length);
  bytes.set(who, fixedBytes + prepared.length + present.length);
  return bytes;
}

/** When the holder was admitted, in stream time, ms. */
export function streamTimeOf(entry: Uint8Array): number {
  return viewOf(entry).getFloat64(0, true);
}

export function preparedOf(entry: Uint8Array, bands: number): Prepared {
  return readPrepared(entry.subarray(fixedBytes, fixedBytes + preparedBytes(entry)), bands);
}

/** By band: 1 where the holder is in the band's table. */
export function presentOf(entry: Uint8Array, bands: number): Uint8Array {
  const start = fixedBytes + preparedBytes(entry);
  return entry.subarray(start, start + bands);
}

export function whoHolds(entry: Uint8Array, bands: number): HolderEntry {
  return decodeHolder(entry.subarray(fixedBytes + preparedBytes(entry) + bands));
}

function preparedBytes(entry: Uint8Array): number {
  return viewOf(entry).getUint32(8, true);
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
