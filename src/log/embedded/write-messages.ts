import type { Message, Output } from "../log.ts";
import { partitionFor } from "../partition-for.ts";
import { encodeBatch, type PlacedMessage } from "./batch.ts";
import type { Environment } from "./environment.ts";
import { batchKey, encodeSequence, indexKey } from "./keys.ts";
import { newTopic, nextNumber, readTopic, type TopicRecord, writeTopic } from "./topic-record.ts";
import { trimTopic } from "./trim-topic.ts";

/** Limits of a batch; a larger message stands alone. */
const maxBatchMessages = 128;
const maxBatchBytes = 256 * 1024;

/** Appends to any number of topics, then applies their retention. Only inside a transaction. */
export function writeMessages(environment: Environment, outputs: readonly Output[], now: number): void {
  for (const [topic, messages] of byTopic(outputs)) writeTo(environment, topic, messages, now);
}

function byTopic(outputs: readonly Output[]): Map<string, Message[]> {
  const topics = new Map<string, Message[]>();
  for (const output of outputs) {
    const messages = topics.get(output.topic);
    if (messages === undefined) topics.set(output.topic, [output]);
    else messages.push(output);
  }
  return topics;
}

/** Appends to one topic, made with one partition when it does not exist. Only inside a transaction. */
export function writeTo(
  environment: Environment,
  name: string,
  messages: readonly Message[],
  now: number,
): void {
  const topic = readTopic(environment, name) ?? newTopic(environment, { partitions: 1 });
  const { placed, end, turn } = place(topic, messages, now);
  let sequence = nextNumber(environment, "sequence", messages.length);
  let bytes = topic.bytes;
  for (const batch of batches(placed)) {
    const encoded = encodeBatch(batch, now);
    environment.batches.put(batchKey(topic.id, sequence), encoded);
    for (const [partition, offset] of firstOffsets(batch))
      environment.index.put(indexKey(topic.id, partition, offset), encodeSequence(sequence));
    sequence += batch.length;
    bytes += encoded.length;
  }
  const oldest = topic.bytes === 0 ? now : topic.oldest;
  const written: TopicRecord = { ...topic, end, turn, bytes, oldest };
  writeTopic(environment, name, trimTopic(environment, name, written, now));
}

/** Gives every message its partition and offset. */
function place(topic: TopicRecord, messages: readonly Message[], now: number) {
  const end = [...topic.end];
  let turn = topic.turn;
  const placed = messages.map((message): PlacedMessage => {
    let partition: number;
    if (message.partition !== undefined) partition = message.partition;
    else if (message.key === undefined) {
      partition = turn % end.length;
      turn = partition + 1;
    } else partition = partitionFor(message.key, end.length);
    const offset = end[partition]!;
    end[partition] = offset + 1;
    const { key, headers, value, timestamp = now } = message;
    return {
      partition,
      offset,
      timestamp,
      ...(key === undefined ? {} : { key }),
      ...(headers === undefined ? {} : { headers }),
      value,
    };
  });
  return { placed, end, turn };
}

function* batches(messages: readonly PlacedMessage[]): Iterable<readonly PlacedMessage[]> {
  let start = 0;
  let bytes = 0;
  for (const [i, { value }] of messages.entries()) {
    const isFull = i - start === maxBatchMessages || bytes + value.length > maxBatchBytes;
    if (i > start && isFull) {
      yield messages.slice(start, i);
      start = i;
      bytes = 0;
    }
    bytes += value.length;
  }
  if (start < messages.length) yield messages.slice(start);
}

function firstOffsets(batch: readonly PlacedMessage[]): Map<number, number> {
  const first = new Map<number, number>();
  for (const { partition, offset } of batch) if (!first.has(partition)) first.set(partition, offset);
  return first;
}
