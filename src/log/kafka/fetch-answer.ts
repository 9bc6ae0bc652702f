import type { AbortedTransaction } from "./aborted-transactions.ts";
import { ByteReader } from "./byte-reader.ts";

/** What a broker answers to a fetch for one partition. */
export interface FetchedPartition {
  readonly topic: string;
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

/** Reads the answer to a fetch of version 11. */
export function readFetchAnswer(payload: Buffer): FetchAnswer & { readonly clientSideThrottleTime: number } {
  const reader = new ByteReader(payload);
  const clientSideThrottleTime = reader.int32();
  const errorCode = reader.int16();
  reader.int32(); // the session, which we do not open
  const partitions = reader.array(() => {
    const topic = reader.string();
    return reader.array(() => readPartition(reader, topic));
  });
  return { clientSideThrottleTime, errorCode, partitions: partitions.flat() };
}

function readPartition(reader: ByteReader, topic: string): FetchedPartition {
  const partition = reader.int32();
  const errorCode = reader.int16();
  const highWatermark = reader.int64();
  const lastStableOffset = reader.int64();
  reader.int64(); // the start of the partition
  const aborted = reader.array(() => ({ producerId: reader.int64(), firstOffset: reader.int64() }));
  reader.int32(); // the replica to read from, when a rack was named
  const batches = reader.bytes(Math.max(0, reader.int32()));
  return { topic, partition, errorCode, highWatermark, lastStableOffset, aborted, batches };
}
