import { randomUUID } from "node:crypto";
import { setTimeout } from "node:timers/promises";
import { Kafka, logLevel } from "kafkajs";
import { maxChunkRecords } from "../../../../src/core/limits.ts";
import type { KafkaConfig } from "../../../../src/log/kafka/kafka-config.ts";
import { toMessage } from "../../../../src/log/kafka/message.ts";
import { jsonCodec } from "../../../../src/log/kafka/value-codec.ts";
import type { StoredMessage, TaskId, TaskLog } from "../../../../src/log/log.ts";
import { nextOffset } from "../../../../src/log/topic-partition.ts";

/** Milliseconds a read waits for a message. */
const patienceMs = 100;

/** The task, reading from its position with a consumer of KafkaJS as it comes. */
export async function readingStock(task: TaskLog, id: TaskId, kafka: KafkaConfig): Promise<TaskLog> {
  const { segment, partition } = id;
  const client = new Kafka({ brokers: [...kafka.brokers], clientId: "stock", logLevel: logLevel.NOTHING });
  const consumer = client.consumer({ groupId: `stock-${randomUUID()}`, maxWaitTimeInMs: patienceMs });
  const messages: StoredMessage[] = [];
  await consumer.connect();
  await consumer.subscribe({ topics: [...segment.sources], fromBeginning: true });
  await consumer.run({
    autoCommit: false,
    eachMessage: async ({ topic, partition: from, message }) => {
      if (from !== partition) return;
      const { key, value, timestamp, offset, headers } = message;
      const record = {
        topic,
        partition,
        offset: BigInt(offset),
        key,
        value,
        timestamp: Number(timestamp),
        headers: Object.entries(headers ?? {}).map(([name, each]) => [name, each as Buffer] as const),
      };
      messages.push(toMessage(record, jsonCodec));
    },
  });
  for (const topic of segment.sources) {
    const offset = nextOffset(task.checkpoint, topic, partition);
    if (offset !== undefined) consumer.seek({ topic, partition, offset: String(offset) });
  }
  return {
    checkpoint: task.checkpoint,
    state: task.state,
    async read({ records }) {
      if (messages.length === 0) await setTimeout(patienceMs);
      return { messages: messages.splice(0, Math.min(records, maxChunkRecords)) };
    },
    commit: (commit) => task.commit(commit),
    async close() {
      await consumer.disconnect();
      await task.close();
    },
  };
}
