import { decodeHolder, encodeHolder, type HolderEntry } from "../../src/core/holder-entry.ts";
import type { At } from "../../src/core/position.ts";
import { decodePrepared, type Prepared } from "./prepared.ts";

/** What the state keeps of a holder, apart from who it is. */
export interface StoredHolder {
  /** When it was admitted, in stream time, ms. */
  readonly streamTime: number;
  /** By band: 1 where it is in the band's table. */
  readonly present: Uint8Array;
  readonly prepared: Prepared;
}

const fixedBytes = 12;

/**
 * Little-endian: f64 stream time, u32 length of what was prepared, a byte per band, what was prepared, and who holds (see
 * core/holder-entry).
 */
export function encodeStoredHolder(
  at: At,
  id: string,
  prepared: Uint8Array,
  present: Uint8Array,
): Uint8Array {
  const holder = encodeHolder(at, id);
  const bytes = new Uint8Array(fixedBytes + present.length + prepared.length + holder.length);
  const view = new DataView(bytes.buffer);
  view.setFloat64(0, at.streamTime, true);
  view.setUint32(8, prepared.length, true);
  bytes.set(present, fixedBytes);
  bytes.set(prepared, fixedBytes + present.length);
  bytes.set(holder, fixedBytes + present.length + prepared.length);
  return bytes;
}

export function decodeStoredHolder(bytes: Uint8Array, bands: number): StoredHolder {
  const start = fixedBytes + bands;
  return {
    streamTime: viewOf(bytes).getFloat64(0, true),
    present: bytes.slice(fixedBytes, start),
    prepared: decodePrepared(bytes.subarray(start, start + preparedBytes(bytes)), bands),
  };
}

/** Who holds: apart, since only a duplicate needs it. */
export function whoHolds(bytes: Uint8Array, bands: number): HolderEntry {
  return decodeHolder(bytes.subarray(fixedBytes + bands + preparedBytes(bytes)));
}

function preparedBytes(bytes: Uint8Array): number {
  return viewOf(bytes).getUint32(8, true);
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
