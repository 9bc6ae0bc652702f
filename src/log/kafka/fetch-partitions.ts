import { type FetchAnswer, readFetchAnswer } from "./fetch-answer.ts";
import { type Broker, fetchRequest } from "./kafkajs.ts";

/** Of all that is written, and of what is committed only. */
export const readUncommitted = 0;
export const readCommitted = 1;

export interface FetchFrom {
  readonly topic: string;
  readonly partition: number;
  readonly offset: bigint;
}

export interface FetchLimits {
  /** Of the whole answer; one batch comes even if it is larger. */
  readonly bytes: number;
  /** Of one partition's share. */
  readonly partitionBytes: number;
  /** Milliseconds the broker may wait for a record to arrive. */
  readonly waitMs: number;
}

/**
 * Asks the leader of partitions for what it holds from given offsets on. KafkaJS encodes and sends the request; the answer is
 * read here, because its decoder forgets where batches end whose records compaction removed (a reader then never gets past
 * them), spreads all records of a batch over the stack (which overflows), and checks no checksum.
 */
export async function fetchPartitions(
  leader: Broker,
  from: readonly FetchFrom[],
  { bytes, partitionBytes, waitMs }: FetchLimits,
): Promise<FetchAnswer> {
  const { request, requestTimeout } = fetchRequest({
    isolationLevel: readCommitted,
    maxWaitTime: waitMs,
    minBytes: 1,
    maxBytes: bytes,
    topics: from.map(({ topic, partition, offset }) => ({
      topic,
      partitions: [{ partition, fetchOffset: String(offset), maxBytes: partitionBytes }],
    })),
  });
  return leader.connectionPool.send({
    request,
    ...(requestTimeout !== undefined && { requestTimeout }),
    response: {
      decode: async (payload) => readFetchAnswer(payload),
      parse: async (answer: FetchAnswer) => answer,
    },
  });
}
