import { ByteWriter } from "./byte-writer.ts";
import { type FetchAnswer, readFetchAnswer } from "./fetch-answer.ts";
import { type Broker, Encoder, type Protocol } from "./kafkajs.ts";

const fetchKey = 1;
/** The first version that names topics by their ids (brokers from 3.1 on). */
const version = 13;

/** Of all that is written, and of what is committed only. */
export const readUncommitted = 0;
export const readCommitted = 1;

export interface FetchFrom {
  /** 16 bytes as hex. */
  readonly topicId: string;
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
 * Asks the leader of partitions for what it holds from given offsets on, by the ids of their topics: a topic that was made anew
 * under the same name is not read by mistake. The client knows no such request, and its decoder of the answer forgets where
 * batches end whose records compaction removed (a reader then never gets past them), spreads all records of a batch over the
 * stack (which overflows), and checks no checksum.
 */
export function fetchPartitions(
  leader: Broker,
  from: readonly FetchFrom[],
  limits: FetchLimits,
): Promise<FetchAnswer> {
  const protocol: Protocol<FetchAnswer> = {
    request: {
      apiKey: fetchKey,
      apiVersion: version,
      apiName: "Fetch",
      encode: async () => new Encoder().writeBuffer(encodeRequest(from, limits)),
    },
    response: {
      decode: async (payload) => readFetchAnswer(payload),
      parse: async (answer: FetchAnswer) => answer,
    },
  };
  return leader.connectionPool.send(protocol);
}

function encodeRequest(from: readonly FetchFrom[], limits: FetchLimits): Buffer {
  const writer = new ByteWriter();
  writer.noTags(); // of the header
  writer.int32(-1); // no replica
  writer.int32(limits.waitMs).int32(1).int32(limits.bytes).int8(readCommitted);
  writer.int32(0).int32(-1); // no session
  writer.compactArray(from, ({ topicId, partition, offset }) => {
    writer.bytes(Buffer.from(topicId, "hex"));
    writer.compactArray([partition], (number) => {
      writer.int32(number).int32(-1).int64(offset); // -1: of any epoch, as is the next one
      writer.int32(-1).int64(-1n).int32(limits.partitionBytes).noTags(); // -1: no start of a replica's log
    });
    writer.noTags();
  });
  writer.compactArray([], () => {}); // no partition left out
  return writer.compactBytes(Buffer.alloc(0)).noTags().toBuffer(); // of no rack
}
