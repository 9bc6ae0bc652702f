import { getOrCreate } from "../../core/get-or-create.ts";
import type { Output } from "../log.ts";
import { partitionFor } from "../partition-for.ts";
import { toRecord } from "./message.ts";
import type { NewRecord } from "./split-records.ts";
import type { TopicFacts } from "./topic-facts.ts";
import type { TransactionalProducer } from "./transactional-producer.ts";
import type { ValueCodec } from "./value-codec.ts";

/** Which partition the next message without a key goes to, by topic. */
export type Turns = Map<string, number>;

/** Writes messages within the producer's transaction: to different partitions side by side, to each in the order given. */
export async function sendMessages(
  producer: TransactionalProducer,
  outputs: readonly Output[],
  facts: TopicFacts,
  turns: Turns,
  codec: ValueCodec,
  now: number,
): Promise<void> {
  const sends = new Map<string, Map<number, NewRecord[]>>();
  for (const output of outputs) {
    const partition = partitionOf(output, await facts.partitions(output.topic), turns);
    const topic = getOrCreate(sends, output.topic, () => new Map<number, NewRecord[]>());
    getOrCreate(topic, partition, () => []).push(toRecord(output, codec, now));
  }
  await Promise.all(
    [...sends].flatMap(([topic, lists]) =>
      [...lists].map(([partition, records]) => producer.send(topic, partition, records)),
    ),
  );
}

function partitionOf({ topic, key, partition }: Output, count: number, turns: Turns): number {
  if (partition !== undefined) return partition;
  if (key !== undefined) return partitionFor(key, count);
  const turn = (turns.get(topic) ?? 0) % count;
  turns.set(topic, turn + 1);
  return turn;
}
