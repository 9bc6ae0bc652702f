import { MagpieError, messageOf } from "../../core/errors.ts";
import { ByteReader } from "./byte-reader.ts";
import { decompress } from "./codecs/codecs.ts";
import { crc32c } from "./crc32c.ts";
import type { KafkaRecord } from "./kafka-record.ts";

/** The unit in which records are written, compressed and made part of a transaction (format 2, of Kafka 0.11 and later). */
export interface RecordBatch {
  readonly topic: string;
  readonly partition: number;
  readonly firstOffset: bigint;
  /** The last offset the batch was written with, although compaction may have removed records. */
  readonly lastOffset: bigint;
  readonly producerId: bigint;
  readonly isTransactional: boolean;
  /** Holds the end of a transaction instead of records. */
  readonly isControl: boolean;
  readonly body: Buffer;
}

/** Offset and length stand before what the length counts. */
const preambleBytes = 12;
/** All that stands before the records. */
const headerBytes = 61;
const magicAt = 16;
const crcAt = 17;
const bodyAt = 21;

const compressionMask = 0x07;
const logAppendTimeMask = 0x08;
const transactionalMask = 0x10;
const controlMask = 0x20;

/** The batches of an answer. Its last one may be cut off: it comes again. Throws MGP_LOG_CORRUPT. */
export function splitBatches(topic: string, partition: number, data: Buffer): RecordBatch[] {
  const batches: RecordBatch[] = [];
  for (let at = 0; at + headerBytes <= data.length; ) {
    const end = at + preambleBytes + data.readInt32BE(at + 8);
    if (end > data.length) break;
    batches.push(readBatch(topic, partition, data.subarray(at, end)));
    at = end;
  }
  return batches;
}

function readBatch(topic: string, partition: number, data: Buffer): RecordBatch {
  const firstOffset = data.readBigInt64BE(0);
  const where = `the batch at ${topic}/${partition}/${firstOffset}`;
  const magic = data.readInt8(magicAt);
  if (magic !== 2)
    throw corrupt(
      `${where} has the format ${magic} of brokers before 0.11; write its records again with a newer client`,
    );
  const body = data.subarray(bodyAt);
  if (crc32c(body) !== data.readUInt32BE(crcAt)) throw corrupt(`${where} does not match its checksum`);
  const attributes = body.readInt16BE(0);
  return {
    topic,
    partition,
    firstOffset,
    lastOffset: firstOffset + BigInt(body.readInt32BE(2)),
    producerId: body.readBigInt64BE(22),
    isTransactional: (attributes & transactionalMask) !== 0,
    isControl: (attributes & controlMask) !== 0,
    body,
  };
}

/** Whether a control batch says that its producer's transaction was aborted. */
export async function isAbortMarker(batch: RecordBatch): Promise<boolean> {
  const [marker] = await readRecords(batch);
  // Version and type, two bytes each; type 0 aborts, 1 commits.
  return marker?.key?.readInt16BE(2) === 0;
}

/** Unpacks the records. Throws MGP_LOG_CORRUPT. */
export async function readRecords(batch: RecordBatch): Promise<KafkaRecord[]> {
  const { topic, partition, firstOffset } = batch;
  try {
    return await unpack(batch);
  } catch (error) {
    throw corrupt(
      `the records at ${topic}/${partition}/${firstOffset} cannot be read: ${messageOf(error)}`,
      error,
    );
  }
}

async function unpack({ topic, partition, firstOffset, body }: RecordBatch): Promise<KafkaRecord[]> {
  const attributes = body.readInt16BE(0);
  const firstTimestamp = Number(body.readBigInt64BE(6));
  const lastTimestamp = Number(body.readBigInt64BE(14));
  const count = body.readInt32BE(36);
  const records = await decompress(attributes & compressionMask, body.subarray(headerBytes - bodyAt));
  const reader = new ByteReader(records);
  return Array.from({ length: count }, () => {
    reader.varint(); // its length
    reader.int8(); // attributes, which nobody uses
    const timestampDelta = reader.varlong();
    return {
      topic,
      partition,
      offset: firstOffset + BigInt(reader.varint()),
      timestamp: attributes & logAppendTimeMask ? lastTimestamp : firstTimestamp + timestampDelta,
      key: reader.varbytes(),
      value: reader.varbytes(),
      headers: Array.from({ length: reader.varint() }, () => readHeader(reader)),
    };
  });
}

function readHeader(reader: ByteReader): readonly [string, Buffer | null] {
  const name = reader.varbytes()?.toString("utf8") ?? "";
  return [name, reader.varbytes()];
}

function corrupt(message: string, cause?: unknown): MagpieError {
  return new MagpieError("MGP_LOG_CORRUPT", message, { cause });
}
