import { type Message, headers as names, type StoredMessage } from "../log.ts";
import type { KafkaRecord } from "./kafka-record.ts";
import type { NewRecord } from "./split-records.ts";
import type { ValueCodec } from "./value-codec.ts";

/** Names of headers that only Kafka needs. */
const timestampHeader = "magpie-timestamp";
const contentTypeHeader = "content-type";

/**
 * A message as it is written. Kafka's own timestamp is that of the append, because retention goes by it; the message's stands in
 * a header.
 */
export function toRecord(
  { key, value, headers, timestamp }: Message,
  codec: ValueCodec,
  now: number,
): NewRecord {
  return {
    key: key === undefined ? null : Buffer.from(key),
    value: asBuffer(codec.encode(value)),
    headers: {
      ...headers,
      ...(headers?.[names.schema] === undefined ? {} : { [contentTypeHeader]: codec.contentType }),
      ...(timestamp === undefined ? {} : { [timestampHeader]: String(timestamp) }),
    },
    timestamp: now,
  };
}

/** A message as it is read, with memory of its own. A tombstone in a topic of records is a message without a value. */
export function toMessage(record: KafkaRecord, codec: ValueCodec): StoredMessage {
  const { topic, partition, offset, key } = record;
  const headers: Record<string, string> = {};
  let timestamp = record.timestamp;
  for (const [name, value] of record.headers) {
    if (name === timestampHeader) timestamp = Number(value?.toString("utf8"));
    else if (name !== contentTypeHeader) headers[name] = value?.toString("utf8") ?? "";
  }
  return {
    position: { topic, partition, offset },
    ...(key === null ? {} : { key: key.toString("utf8") }),
    value: new Uint8Array(codec.decode(record.value ?? new Uint8Array())),
    headers,
    timestamp,
  };
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
