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

/** The most bytes one UTF-16 unit takes in UTF-8. */
const bytesPerUnit = 3;

/** All messages of a batch as one value. Their sequence numbers follow each other from the batch's key on. */
export function encodeBatch(messages: readonly PlacedMessage[], appendedAt: number): Buffer {
  const names = headerNames(messages);
  const nameTable = Buffer.from(JSON.stringify([...names.keys()]), "utf8");
  const tableBytes = messages.length * entryBytes;
  const payloadStart = fixedBytes + tableBytes + nameTable.length;
  // Texts are encoded in their place: a buffer for each would cost more than all the rest.
  const batch = Buffer.allocUnsafeSlow(payloadStart + mostPayloadBytes(messages));
  batch.writeUInt32LE(messages.length, 4);
  batch.writeDoubleLE(appendedAt, 8);
  batch.writeUInt32LE(nameTable.length, 16);
  batch.set(nameTable, fixedBytes + tableBytes);

  let entry = fixedBytes;
  let at = payloadStart;
  for (const { partition, offset, timestamp, key, headers, value } of messages) {
    const keyBytes = key === undefined ? noKey : batch.write(key, at, "utf8");
    const headersStart = at + Math.max(0, keyBytes);
    const valueStart = writeHeaders(batch, headersStart, headers, names);
    batch.set(value, valueStart);
    at = valueStart + value.length;
    batch.writeUInt32LE(partition, entry);
    batch.writeInt32LE(keyBytes, entry + 4);
    batch.writeUInt32LE(valueStart - headersStart, entry + 8);
    batch.writeUInt32LE(value.length, entry + 12);
    batch.writeDoubleLE(offset, entry + 16);
    batch.writeDoubleLE(timestamp, entry + 24);
    entry += entryBytes;
  }
  const encoded = batch.subarray(0, at);
  encoded.writeUInt32LE(crc32(encoded.subarray(4)), 0);
  return encoded;
}

/** Header name → its number in the batch. */
function headerNames(messages: readonly PlacedMessage[]): Map<string, number> {
  const names = new Map<string, number>();
  for (const { headers } of messages)
    for (const name in headers) if (!names.has(name)) names.set(name, names.size);
  return names;
}

function mostPayloadBytes(messages: readonly PlacedMessage[]): number {
  let bytes = 0;
  for (const { key, headers, value } of messages) {
    bytes += value.length + bytesPerUnit * (key?.length ?? 0);
    for (const name in headers) bytes += headerPrefixBytes + bytesPerUnit * headers[name]!.length;
  }
  return bytes;
}

const headerPrefixBytes = 6;

/** Gives where the headers end. */
function writeHeaders(
  batch: Buffer,
  start: number,
  headers: MessageHeaders | undefined,
  names: ReadonlyMap<string, number>,
): number {
  let at = start;
  for (const name in headers) {
    const length = batch.write(headers[name]!, at + headerPrefixBytes, "utf8");
    batch.writeUInt16LE(names.get(name)!, at);
    batch.writeUInt32LE(length, at + 2);
    at += headerPrefixBytes + length;
  }
  return at;
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
