import type { AbortedTransaction } from "./aborted-transactions.ts";
import { ByteReader } from "./byte-reader.ts";

/** What a broker answers to a fetch for one partition. */
export interface FetchedPartition {
  /** 16 bytes as hex. */
  readonly topicId: string;
  readonly partition: number;
  /** 0: none. */
  readonly errorCode: number;
  /** The end for a reader of what is not committed, too. */
  readonly highWatermark: bigint;
  /** Up to here (exclusive) all transactions have ended: the end for a reader of what is committed. */
  readonly lastStableOffset: bigint;
  readonly aborted: readonly AbortedTransaction[];
  readonly batches: Buffer;
}

export interface FetchAnswer {
  readonly errorCode: number;
  readonly partitions: readonly FetchedPartition[];
}

/** Reads the answer to a fetch of version 13. */
export function readFetchAnswer(payload: Buffer): FetchAnswer & { readonly clientSideThrottleTime: number } {
  const reader = new ByteReader(payload);
  reader.tags();
  const clientSideThrottleTime = reader.int32();
  const errorCode = reader.int16();
  reader.int32(); // the session, which we do not open
  const partitions = reader.compactArray(() => {
    const topicId = reader.bytes(16).toString("hex");
    const ofTopic = reader.compactArray(() => readPartition(reader, topicId));
    reader.tags();
    return ofTopic;
  });
  return { clientSideThrottleTime, errorCode, partitions: partitions.flat() };
}

function readPartition(reader: ByteReader, topicId: string): FetchedPartition {
  const partition = reader.int32();
  const errorCode = reader.int16();
  const highWatermark = reader.int64();
  const lastStableOffset = reader.int64();
  reader.int64(); // the start of the partition
  const aborted = reader.compactArray(() => {
    const transaction = { producerId: reader.int64(), firstOffset: reader.int64() };
    reader.tags();
    return transaction;
  });
  reader.int32(); // the replica to read from, when a rack was named
  const batches = reader.compactBytes();
  reader.tags();
  return { topicId, partition, errorCode, highWatermark, lastStableOffset, aborted, batches };
}
