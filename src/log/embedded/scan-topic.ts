import { setImmediate } from "node:timers/promises";
import type { ScanRange, StoredMessage } from "../log.ts";
import { throwIfAborted } from "../throw-if-aborted.ts";
import type { Environment } from "./environment.ts";
import { firstBatch, type LoadedBatch, sequenceOf } from "./load-batch.ts";
import { readNumber, readTopic, type TopicRecord } from "./topic-record.ts";

/** The retained messages of a topic in a range, in log order, up to what is there when the scan starts. */
export async function* scanTopic(
  environment: Environment,
  topic: string,
  range: ScanRange,
  signal: AbortSignal | undefined,
): AsyncIterable<StoredMessage> {
  environment.refresh();
  const record = readTopic(environment, topic);
  if (record === undefined) return;
  const end = readNumber(environment, "sequence");
  let sequence = startSequence(environment, record, range);
  for (;;) {
    throwIfAborted(signal);
    const loaded = environment.read(`scanning ${topic}`, () =>
      firstBatch(environment, topic, record.id, sequence),
    );
    if (loaded === undefined || loaded.sequence >= end) return;
    yield* within(loaded, topic, range);
    sequence = loaded.sequence + loaded.batch.count;
    // Lets timers and other work run, and the snapshot of these reads go.
    await setImmediate();
  }
}

function* within({ batch }: LoadedBatch, topic: string, { partition, from, to }: ScanRange) {
  const low = from === undefined ? 0 : Number(from);
  const high = to === undefined ? Infinity : Number(to);
  for (let i = 0; i < batch.count; i++) {
    if (partition !== undefined && batch.partition(i) !== partition) continue;
    const offset = batch.offset(i);
    if (offset >= low && offset < high) yield batch.message(i, topic);
  }
}

/** Sequence of the first batch that may hold a message of the range. */
function startSequence(environment: Environment, topic: TopicRecord, { partition, from }: ScanRange): number {
  if (from === undefined) return 0;
  const partitions = partition === undefined ? topic.end.keys() : [partition];
  const sequences = [...partitions].map((p) => sequenceOf(environment, topic.id, p, Number(from)) ?? 0);
  return Math.min(...sequences);
}
