import { messageOf } from "../../core/errors.ts";
import { Batch } from "./batch.ts";
import type { Environment } from "./environment.ts";
import { batchKey, batchSequence, decodeSequence, indexKey, topicKeyRange } from "./keys.ts";
import { corruptError } from "./store-error.ts";

export interface LoadedBatch {
  readonly key: Buffer;
  /** Of its first message. */
  readonly sequence: number;
  /** Of the whole batch. */
  readonly bytes: number;
  readonly batch: Batch;
}

/** The first batch of a topic that begins at `sequence` or later. Throws MGP_LOG_CORRUPT. */
export function firstBatch(
  environment: Environment,
  topic: string,
  topicId: number,
  sequence: number,
): LoadedBatch | undefined {
  const { end } = topicKeyRange(topicId);
  const [key] = environment.batches.getKeys({ start: batchKey(topicId, sequence), end, limit: 1 });
  if (key === undefined) return undefined;
  const bytes = environment.batches.getBinary(key);
  // Removed by another process between the two looks.
  if (bytes === undefined) return undefined;
  const first = batchSequence(key);
  try {
    return { key, sequence: first, bytes: bytes.length, batch: new Batch(bytes) };
  } catch (error) {
    throw corruptError(
      environment.path,
      `topic ${topic}, batch at sequence ${first}: ${messageOf(error)}`,
      error,
    );
  }
}

/** Sequence of the batch that holds an offset of a partition; undefined when no batch begins at or before it. */
export function sequenceOf(
  environment: Environment,
  topicId: number,
  partition: number,
  offset: number,
): number | undefined {
  const [entry] = environment.index.getRange({
    start: indexKey(topicId, partition, offset),
    end: indexKey(topicId, partition, 0),
    inclusiveEnd: true,
    reverse: true,
    limit: 1,
  });
  return entry === undefined ? undefined : decodeSequence(entry.value);
}
