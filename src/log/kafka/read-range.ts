import type { KafkaConfig } from "./kafka-config.ts";
import type { KafkaRecord } from "./kafka-record.ts";
import { PartitionReader } from "./partition-reader.ts";

/** Of packed batches that are held while a range is read. */
const bufferBytes = 4 << 20;

const credit = { records: 1_000, bytes: 1 << 22 };

export interface Range {
  readonly topic: string;
  readonly partition: number;
  readonly from: bigint;
  /** Exclusive; at most the end of what is committed. */
  readonly to: bigint;
}

/** The records of a range, in order. Throws what {@link PartitionReader} throws. */
export async function* readRange(
  config: KafkaConfig,
  { topic, partition, from, to }: Range,
  signal: AbortSignal = new AbortController().signal,
): AsyncIterable<KafkaRecord> {
  if (from >= to) return;
  const reader = await PartitionReader.open(
    config,
    [{ topic, partition, offset: from }],
    bufferBytes,
    signal,
  );
  try {
    for (;;) {
      const { records } = await reader.read(credit, signal);
      for (const record of records) {
        if (record.offset >= to) return;
        yield record;
      }
      // Marks of transactions, and records that compaction removed, are offsets without a record.
      if (reader.position(topic, partition) >= to || records.length === 0) return;
    }
  } finally {
    await reader.close();
  }
}
