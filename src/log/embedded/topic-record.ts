import { Buffer } from "node:buffer";
import type { Retention, TopicInfo, TopicSettings } from "../log.ts";
import type { Environment } from "./environment.ts";
import { topicKeyRange } from "./keys.ts";
import { removeRange } from "./remove-range.ts";

/** What the store keeps of a topic, as JSON. */
export interface TopicRecord {
  /** Never used again: a topic that was deleted and made anew has another. */
  readonly id: number;
  readonly retention?: Retention;
  /** Per partition: the oldest retained offset. */
  readonly start: readonly number[];
  /** Per partition: the next offset to be written. */
  readonly end: readonly number[];
  /** Of all batches. */
  readonly bytes: number;
  /** Milliseconds: the append of the oldest retained batch. */
  readonly oldest: number;
  /** The partition whose turn it is. */
  readonly turn: number;
}

export function readTopic(environment: Environment, name: string): TopicRecord | undefined {
  const record = environment.topics.get(Buffer.from(name, "utf8"));
  return record === undefined ? undefined : JSON.parse(record.toString());
}

/** Only inside a transaction. */
export function writeTopic(environment: Environment, name: string, record: TopicRecord): void {
  environment.topics.put(Buffer.from(name, "utf8"), Buffer.from(JSON.stringify(record)));
}

/** Only inside a transaction; does not write the record. */
export function newTopic(environment: Environment, settings: TopicSettings): TopicRecord {
  const id = nextNumber(environment, "topic", 1);
  return withSettings({ id, start: [], end: [], bytes: 0, oldest: 0, turn: 0 }, settings);
}

/** The topic with partitions added and its retention replaced. */
export function withSettings(record: TopicRecord, settings: TopicSettings): TopicRecord {
  const { retention: _, ...rest } = record;
  const added = Array.from({ length: settings.partitions - record.end.length }, () => 0);
  return {
    ...rest,
    ...(settings.retention === undefined ? {} : { retention: settings.retention }),
    start: [...record.start, ...added],
    end: [...record.end, ...added],
  };
}

/** Only inside a transaction. */
export function deleteTopic(environment: Environment, name: string): void {
  const record = readTopic(environment, name);
  if (record === undefined) return;
  const { start, end } = topicKeyRange(record.id);
  removeRange(environment.batches, start, end);
  removeRange(environment.index, start, end);
  environment.topics.remove(Buffer.from(name, "utf8"));
}

export function topicInfo(name: string, record: TopicRecord): TopicInfo {
  return {
    name,
    partitions: record.end.length,
    ...(record.retention === undefined ? {} : { retention: record.retention }),
    bytes: record.bytes,
    ranges: record.end.map((end, partition) => ({
      partition,
      start: BigInt(record.start[partition]!),
      end: BigInt(end),
    })),
  };
}

/** A number of the meta table; 0 when it was never written. */
export function readNumber(environment: Environment, name: "sequence" | "topic"): number {
  const stored = environment.meta.get(Buffer.from(name));
  return stored === undefined ? 0 : Number(stored.toString());
}

/** Takes `count` numbers, giving the first. Only inside a transaction. */
export function nextNumber(environment: Environment, name: "sequence" | "topic", count: number): number {
  const first = readNumber(environment, name);
  environment.meta.put(Buffer.from(name), Buffer.from(String(first + count)));
  return first;
}
