import { decodeHolder, type HolderEntry, holderText } from "../../src/core/holder-entry.ts";
import type { At } from "../../src/core/position.ts";
import { type Prepared, readPrepared } from "./prepared.ts";

const fixedBytes = 12;
/** The most bytes one UTF-16 unit takes in UTF-8. */
const bytesPerUnit = 3;

/** Holds the last entry that was encoded: a state copies what it is given. */
let scratch = Buffer.alloc(65_536);

/**
 * What the state keeps of a holder, little-endian: f64 stream time (ms), u32 length of what was prepared, what was prepared, for
 * every band a byte that is 1 where the holder is in the band's table, and who it is (see core/holder-entry). Valid until the next call.
 */
export function encodeHolderEntry(at: At, id: string, prepared: Uint8Array, present: Uint8Array): Uint8Array {
  const who = holderText(at, id);
  const head = fixedBytes + prepared.length + present.length;
  const most = head + who.length * bytesPerUnit;
  if (scratch.length < most) scratch = Buffer.alloc(2 * most);
  scratch.writeDoubleLE(at.streamTime, 0);
  scratch.writeUInt32LE(prepared.length, 8);
  scratch.set(prepared, fixedBytes);
  scratch.set(present, fixedBytes + prepared.length);
  return scratch.subarray(0, head + scratch.write(who, head, "utf8"));
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
