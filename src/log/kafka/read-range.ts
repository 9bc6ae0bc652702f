import { MagpieError } from "../../core/errors.ts";
import type { KafkaConfig } from "./kafka-config.ts";
import type { KafkaRecord } from "./kafka-record.ts";
import { PartitionReader } from "./partition-reader.ts";
import { Pauses } from "./retry.ts";

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

/**
 * The records of a range that was committed, in order. Throws what {@link PartitionReader} throws; MGP_LOG_UNAVAILABLE also when
 * the leader does not come to show all of it within 15 s.
 */
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
  let pauses = new Pauses();
  try {
    for (;;) {
      const { records } = await reader.read(credit, signal);
      for (const record of records) {
        if (record.offset >= to) return;
        yield record;
      }
      // Marks of transactions, and records that compaction removed, are offsets without a record.
      const position = reader.position(topic, partition);
      if (position >= to) return;
      if (records.length > 0) pauses = new Pauses();
      // What was there is there: for a moment after a failover, the new leader shows less of it than the old one did.
      else await pauses.after(showsLessError(topic, partition, position, to), signal);
    }
  } finally {
    await reader.close();
  }
}

function showsLessError(topic: string, partition: number, position: bigint, to: bigint): MagpieError {
  return new MagpieError(
    "MGP_LOG_UNAVAILABLE",
    `${topic}/${partition} ends at offset ${position}, and had been written up to ${to}: its leader has lost records or is behind`,
  );
}
