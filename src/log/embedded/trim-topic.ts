import { nextOffset } from "../topic-partition.ts";
import type { Environment } from "./environment.ts";
import { indexKey } from "./keys.ts";
import { firstBatch, type LoadedBatch } from "./load-batch.ts";
import { readTasks } from "./task-record.ts";
import type { TopicRecord } from "./topic-record.ts";

/**
 * Removes the batches retention no longer asks for, oldest first, up to one that holds a message a task has still to
 * read. Gives the topic as it is then, not yet written. Only inside a transaction.
 */
export function trimTopic(
  environment: Environment,
  name: string,
  topic: TopicRecord,
  now: number,
): TopicRecord {
  if (!isOver(topic, now)) return topic;
  const needed = neededOffsets(environment, name, topic);
  let trimmed = topic;
  while (isOver(trimmed, now)) {
    const first = firstBatch(environment, name, topic.id, 0);
    if (first === undefined || isNeeded(first, needed)) break;
    trimmed = without(environment, trimmed, first);
    const next = firstBatch(environment, name, topic.id, 0);
    trimmed = { ...trimmed, oldest: next?.batch.appendedAt ?? now };
  }
  return trimmed;
}

function isOver({ retention, bytes, oldest }: TopicRecord, now: number): boolean {
  const { ageMs = Infinity, bytes: maxBytes = Infinity } = retention ?? {};
  return bytes > 0 && (bytes > maxBytes || now - oldest > ageMs);
}

/** Per partition the lowest offset a task has still to read; a task that has not committed reads from the start. */
function neededOffsets(environment: Environment, name: string, topic: TopicRecord): readonly number[] {
  const tasks = readTasks(environment).filter(({ sources }) => sources.includes(name));
  return topic.end.map((_, partition) =>
    Math.min(...tasks.map(({ checkpoint }) => nextOffset(checkpoint, name, partition) ?? 0)),
  );
}

function isNeeded({ batch }: LoadedBatch, needed: readonly number[]): boolean {
  for (let i = 0; i < batch.count; i++) if (batch.offset(i) >= needed[batch.partition(i)]!) return true;
  return false;
}

function without(
  environment: Environment,
  topic: TopicRecord,
  { key, bytes, batch }: LoadedBatch,
): TopicRecord {
  const start = [...topic.start];
  const indexed = new Set<number>();
  for (let i = 0; i < batch.count; i++) {
    const partition = batch.partition(i);
    if (!indexed.has(partition)) environment.index.remove(indexKey(topic.id, partition, batch.offset(i)));
    indexed.add(partition);
    start[partition] = batch.offset(i) + 1;
  }
  environment.batches.remove(key);
  return { ...topic, start, bytes: topic.bytes - bytes };
}
