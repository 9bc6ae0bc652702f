import { Buffer } from "node:buffer";
import { crc32 } from "node:zlib";
import type { MessageHeaders, StoredMessage } from "../log.ts";

/** A message with its place, as it goes into a batch. */
export interface PlacedMessage {
  readonly partition: number;
  readonly offset: number;
  readonly timestamp: number;
  readonly key?: string;
  readonly headers?: MessageHeaders;
  readonly value: Uint8Array;
}

/*
 * Layout, little-endian:
 *   0  u32 crc32 of all that follows
 *   4  u32 number of messages n
 *   8  f64 time of the append, ms
 *  16  u32 length of the header names
 *  20  n entries of 32 bytes: u32 partition, i32 key length (-1: none), u32 headers length, u32 value length,
 *      f64 offset, f64 timestamp
 *      header names of the batch, as a JSON array
 *      n times: key, headers (each u16 name index, u32 length, text), value
 */
const fixedBytes = 20;
const entryBytes = 32;
const noKey = -1;

/** All messages of a batch as one value. Their sequence numbers follow each other from the batch's key on. */
export function encodeBatch(messages: readonly PlacedMessage[], appendedAt: number): Buffer {
  const names: string[] = [];
  const encoded = messages.map(({ key, headers, value }) => ({
    key: key === undefined ? undefined : Buffer.from(key, "utf8"),
    headers: encodeHeaders(headers, names),
    value,
  }));
  const nameTable = Buffer.from(JSON.stringify(names), "utf8");
  const payload = encoded.reduce(
    (sum, { key, headers, value }) => sum + (key?.length ?? 0) + headers.length + value.length,
    0,
  );
  const tableBytes = messages.length * entryBytes;
  const batch = Buffer.allocUnsafeSlow(fixedBytes + tableBytes + nameTable.length + payload);
  batch.writeUInt32LE(messages.length, 4);
  batch.writeDoubleLE(appendedAt, 8);
  batch.writeUInt32LE(nameTable.length, 16);
  batch.set(nameTable, fixedBytes + tableBytes);

  let entry = fixedBytes;
  let at = fixedBytes + tableBytes + nameTable.length;
  for (const [i, { key, headers, value }] of encoded.entries()) {
    const { partition, offset, timestamp } = messages[i]!;
    batch.writeUInt32LE(partition, entry);
    batch.writeInt32LE(key?.length ?? noKey, entry + 4);
    batch.writeUInt32LE(headers.length, entry + 8);
    batch.writeUInt32LE(value.length, entry + 12);
    batch.writeDoubleLE(offset, entry + 16);
    batch.writeDoubleLE(timestamp, entry + 24);
    entry += entryBytes;
    if (key !== undefined) batch.set(key, at);
    at += key?.length ?? 0;
    batch.set(headers, at);
    at += headers.length;
    batch.set(value, at);
    at += value.length;
  }
  batch.writeUInt32LE(crc32(batch.subarray(4)), 0);
  return batch;
}

const noBytes = Buffer.alloc(0);

function encodeHeaders(headers: MessageHeaders | undefined, names: string[]): Buffer {
  if (headers === undefined) return noBytes;
  const parts: Buffer[] = [];
  for (const [name, text] of Object.entries(headers)) {
    let index = names.indexOf(name);
    if (index === -1) index = names.push(name) - 1;
    const value = Buffer.from(text, "utf8");
    const prefix = Buffer.allocUnsafe(6);
    prefix.writeUInt16LE(index, 0);
    prefix.writeUInt32LE(value.length, 2);
    parts.push(prefix, value);
  }
  return Buffer.concat(parts);
}

/** A stored batch. Messages are decoded when asked for; their values are views of the batch's bytes. */
export class Batch {
  readonly count: number;
  /** Milliseconds. */
  readonly appendedAt: number;
  readonly #bytes: Buffer;
  readonly #names: readonly string[];
  /** Where the payload of each message starts. */
  readonly #starts: Uint32Array;

  /** Throws a RangeError for bytes that are not a batch. */
  constructor(bytes: Buffer) {
    if (bytes.length < fixedBytes || crc32(bytes.subarray(4)) !== bytes.readUInt32LE(0))
      throw new RangeError("the checksum of a batch does not match its content");
    this.#bytes = bytes;
    this.count = bytes.readUInt32LE(4);
    this.appendedAt = bytes.readDoubleLE(8);
    const names = fixedBytes + this.count * entryBytes;
    let at = names + bytes.readUInt32LE(16);
    this.#names = JSON.parse(bytes.toString("utf8", names, at));
    this.#starts = new Uint32Array(this.count);
    for (let i = 0; i < this.count; i++) {
      this.#starts[i] = at;
      const entry = fixedBytes + i * entryBytes;
      at += Math.max(0, bytes.readInt32LE(entry + 4));
      at += bytes.readUInt32LE(entry + 8) + bytes.readUInt32LE(entry + 12);
    }
  }

  partition(i: number): number {
    return this.#bytes.readUInt32LE(fixedBytes + i * entryBytes);
  }

  offset(i: number): number {
    return this.#bytes.readDoubleLE(fixedBytes + i * entryBytes + 16);
  }

  valueBytes(i: number): number {
    return this.#bytes.readUInt32LE(fixedBytes + i * entryBytes + 12);
  }

  message(i: number, topic: string): StoredMessage {
    const bytes = this.#bytes;
    const entry = fixedBytes + i * entryBytes;
    const keyBytes = bytes.readInt32LE(entry + 4);
    const keyStart = this.#starts[i]!;
    const headersStart = keyStart + Math.max(0, keyBytes);
    const valueStart = headersStart + bytes.readUInt32LE(entry + 8);
    const position = { topic, partition: this.partition(i), offset: BigInt(this.offset(i)) };
    const value = bytes.subarray(valueStart, valueStart + this.valueBytes(i));
    const headers = this.#headers(headersStart, valueStart);
    const timestamp = bytes.readDoubleLE(entry + 24);
    if (keyBytes === noKey) return { position, value, headers, timestamp };
    return { position, key: bytes.toString("utf8", keyStart, headersStart), value, headers, timestamp };
  }

  #headers(start: number, end: number): MessageHeaders {
    const headers: Record<string, string> = {};
    for (let at = start; at < end; ) {
      const name = this.#names[this.#bytes.readUInt16LE(at)]!;
      const length = this.#bytes.readUInt32LE(at + 2);
      headers[name] = this.#bytes.toString("utf8", at + 6, at + 6 + length);
      at += 6 + length;
    }
    return headers;
  }
}
