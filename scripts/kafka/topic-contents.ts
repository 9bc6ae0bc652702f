import { outputTopics, type Pipeline } from "../../src/core/pipeline.ts";
import { parsePosition } from "../../src/core/position.ts";
import { segmentsOf } from "../../src/core/segments.ts";
import { type Log, type Message, headers as names, type StoredMessage } from "../../src/log/log.ts";

/** Topic → its messages, partition by partition, each as a text; without offsets, because Kafka's have gaps. */
export type TopicContents = { readonly [topic: string]: readonly string[] };

/**
 * What a pipeline has written, so that two logs can be compared. Plans are left out where they tell positions (`withPlans` false):
 * these depend on how many tasks read.
 */
export async function topicContents(
  log: Log,
  pipeline: Pipeline,
  { withPlans }: { readonly withPlans: boolean },
): Promise<TopicContents> {
  const contents: Record<string, readonly string[]> = {};
  for (const topic of outputTopics(pipeline)) {
    const isPlans = topic === `${pipeline.name}.plans`;
    if (isPlans && !withPlans) continue;
    const messages = [...(await messagesOf(log, topic))].sort(
      (a, b) => a.position.partition - b.position.partition,
    );
    // Plans carry the time of their append.
    contents[topic] = messages.map((message) => textOf(message, !isPlans));
  }
  return contents;
}

function textOf({ position, key, value, headers, timestamp }: StoredMessage, withTime: boolean): string {
  const sorted = JSON.stringify(Object.entries(headers).sort());
  return `${position.partition} ${key} ${sorted} ${withTime ? timestamp : ""} ${Buffer.from(value).toString()}`;
}

/** The pipeline's inputs in the order that its first order topic recorded, each for the partition it came from. */
export async function recordedInputs(
  log: Log,
  pipeline: Pipeline,
): Promise<ReadonlyMap<string, readonly Message[]>> {
  const inputs = new Map<string, StoredMessage>();
  for (const topic of pipeline.from)
    for (const message of await messagesOf(log, topic))
      inputs.set(`${topic}/${message.position.partition}/${message.position.offset}`, message);
  const [, serial] = segmentsOf(pipeline, log.segments?.prefix);
  if (serial?.kind !== "serial") throw new Error(`the pipeline ${pipeline.name} has no order topic`);
  const byTopic = new Map<string, Message[]>();
  for (const { headers } of await messagesOf(log, serial.sources[0]!)) {
    const source = headers[names.source]!;
    const { topic, partition } = parsePosition(source)!;
    const { value, timestamp, key, headers: given } = inputs.get(source)!;
    const message = { value, timestamp, partition, headers: given, ...(key === undefined ? {} : { key }) };
    byTopic.set(topic, [...(byTopic.get(topic) ?? []), message]);
  }
  return byTopic;
}

async function messagesOf(log: Log, topic: string): Promise<readonly StoredMessage[]> {
  const messages: StoredMessage[] = [];
  for await (const message of log.scan(topic)) messages.push(message);
  return messages;
}
