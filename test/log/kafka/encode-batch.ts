import { crc32c } from "../../../src/log/kafka/crc32c.ts";

interface Batch {
  readonly offset: number;
  readonly producerId: number;
  readonly isTransactional: boolean;
  readonly key: Buffer | null;
}

/** A batch with one record, as a broker gives it. */
export function encodeBatch({ offset, producerId, isTransactional, key }: Batch): Buffer {
  return batch(offset, producerId, isTransactional ? 0x10 : 0, [key]);
}

/** The end of a transaction. */
export function encodeMarker(end: {
  readonly offset: number;
  readonly producerId: number;
  readonly commits: boolean;
}) {
  return batch(end.offset, end.producerId, 0x30, [Buffer.from([0, 0, 0, end.commits ? 1 : 0])]);
}

/** A batch whose records compaction has removed. */
export function encodeEmptied(offset: number, lastOffset: number): Buffer {
  return batch(offset, 1, 0, [], lastOffset - offset);
}

/** A batch of records with nothing but these keys. */
export function batch(
  offset: number,
  producerId: number,
  attributes: number,
  keys: readonly (Buffer | null)[],
  lastOffsetDelta = keys.length - 1,
): Buffer {
  const records = Buffer.concat(keys.map(recordOf));
  const body = Buffer.alloc(40);
  body.writeInt16BE(attributes, 0);
  body.writeInt32BE(lastOffsetDelta, 2);
  body.writeBigInt64BE(BigInt(producerId), 22);
  body.writeInt32BE(keys.length, 36);
  const checked = Buffer.concat([body, records]);
  const head = Buffer.alloc(21);
  head.writeBigInt64BE(BigInt(offset), 0);
  head.writeInt32BE(9 + checked.length, 8);
  head.writeInt8(2, 16);
  head.writeUInt32BE(crc32c(checked), 17);
  return Buffer.concat([head, checked]);
}

function recordOf(key: Buffer | null, index: number): Buffer {
  const content = Buffer.concat([
    Buffer.from([0, 0]), // attributes, time
    varint(index),
    key === null ? varint(-1) : Buffer.concat([varint(key.length), key]),
    varint(-1), // no value
    varint(0), // no headers
  ]);
  return Buffer.concat([varint(content.length), content]);
}

function varint(value: number): Buffer {
  const bytes: number[] = [];
  let rest = ((value << 1) ^ (value >> 31)) >>> 0;
  for (; rest > 0x7f; rest >>>= 7) bytes.push((rest & 0x7f) | 0x80);
  return Buffer.from([...bytes, rest]);
}
