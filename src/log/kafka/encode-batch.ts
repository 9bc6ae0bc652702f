import { crc32c } from "./crc32c.ts";
import type { NewRecord } from "./split-records.ts";

/** Where a batch stands in what its producer writes to the partition. */
export interface BatchOrigin {
  readonly producerId: bigint;
  readonly producerEpoch: number;
  /** The number of the first record. */
  readonly firstSequence: number;
}

/** How records are packed: the number that stands in the batch's attributes, and what packs them. */
export interface Packing {
  readonly type: number;
  pack(records: Buffer): Promise<Buffer>;
}

/** Offset and length stand before what the length counts. */
const preambleBytes = 12;
/** All that stands before the records. */
const headerBytes = 61;
const bodyAt = 21;
const magic = 2;
const transactionalMask = 0x10;

/**
 * A transaction's records for one partition as one batch of format 2 (Kafka 0.11 and later), written in one pass into one buffer: the
 * client makes an object for every field.
 */
export async function encodeBatch(
  records: readonly NewRecord[],
  { producerId, producerEpoch, firstSequence }: BatchOrigin,
  packing: Packing | undefined,
): Promise<Buffer> {
  const times = records.map(({ timestamp }) => timestamp);
  const first = times.reduce((least, time) => Math.min(least, time), Number.POSITIVE_INFINITY);
  const last = times.reduce((most, time) => Math.max(most, time), 0);
  const sizes = records.map((record, i) => bodyBytes(record, i, first));
  const plain = sizes.reduce((sum, size) => sum + varintBytes(size) + size, 0);
  const at = packing === undefined ? headerBytes : 0;
  const written = Buffer.allocUnsafe(at + plain);
  writeRecords(written, at, records, sizes, first);
  const packed = await packing?.pack(written);
  const batch = packed === undefined ? written : Buffer.concat([Buffer.allocUnsafe(headerBytes), packed]);
  batch.writeBigInt64BE(0n, 0); // the broker's offset
  batch.writeInt32BE(batch.length - preambleBytes, 8);
  batch.writeInt32BE(0, 12); // no leader's epoch
  batch.writeInt8(magic, 16);
  batch.writeInt16BE(transactionalMask | (packing?.type ?? 0), bodyAt);
  batch.writeInt32BE(records.length - 1, bodyAt + 2);
  batch.writeBigInt64BE(BigInt(first), bodyAt + 6);
  batch.writeBigInt64BE(BigInt(last), bodyAt + 14);
  batch.writeBigInt64BE(producerId, bodyAt + 22);
  batch.writeInt16BE(producerEpoch, bodyAt + 30);
  batch.writeInt32BE(firstSequence, bodyAt + 32);
  batch.writeInt32BE(records.length, bodyAt + 36);
  batch.writeUInt32BE(crc32c(batch.subarray(bodyAt)), bodyAt - 4);
  return batch;
}

/** Bytes of a record behind its length. */
function bodyBytes({ key, value, headers, timestamp }: NewRecord, index: number, first: number): number {
  let bytes = 1 + varintBytes(timestamp - first) + varintBytes(index) + fieldBytes(key) + fieldBytes(value);
  let count = 0;
  for (const name in headers) {
    count += 1;
    bytes += textBytes(name) + textBytes(headers[name]!);
  }
  return bytes + varintBytes(count);
}

function writeRecords(
  into: Buffer,
  start: number,
  records: readonly NewRecord[],
  sizes: readonly number[],
  first: number,
): void {
  let at = start;
  for (const [i, { key, value, headers, timestamp }] of records.entries()) {
    at = writeVarint(into, at, sizes[i]!);
    into[at++] = 0; // no attributes
    at = writeVarint(into, at, timestamp - first);
    at = writeVarint(into, at, i);
    at = writeField(into, at, key);
    at = writeField(into, at, value);
    const names = Object.keys(headers);
    at = writeVarint(into, at, names.length);
    for (const name of names) {
      at = writeText(into, at, name);
      at = writeText(into, at, headers[name]!);
    }
  }
}

function fieldBytes(bytes: Buffer | null): number {
  return bytes === null ? 1 : varintBytes(bytes.length) + bytes.length;
}

function textBytes(text: string): number {
  const length = Buffer.byteLength(text);
  return varintBytes(length) + length;
}

function writeField(into: Buffer, at: number, bytes: Buffer | null): number {
  if (bytes === null) return writeVarint(into, at, -1);
  const start = writeVarint(into, at, bytes.length);
  into.set(bytes, start);
  return start + bytes.length;
}

function writeText(into: Buffer, at: number, text: string): number {
  const start = writeVarint(into, at, Buffer.byteLength(text));
  return start + into.write(text, start, "utf8");
}

/** Of a zigzag number, exact up to 2^52. */
function varintBytes(value: number): number {
  let bytes = 1;
  for (let rest = zigzag(value); rest >= 0x80; rest = Math.floor(rest / 0x80)) bytes += 1;
  return bytes;
}

function writeVarint(into: Buffer, start: number, value: number): number {
  let at = start;
  let rest = zigzag(value);
  for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) into[at++] = (rest % 0x80) | 0x80;
  into[at++] = rest;
  return at;
}

function zigzag(value: number): number {
  return value < 0 ? -2 * value - 1 : 2 * value;
}
