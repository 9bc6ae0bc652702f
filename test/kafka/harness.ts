import { randomUUID } from "node:crypto";
import { Kafka, type KafkaConfig as KafkaJsConfig, logLevel } from "kafkajs";
import { inject } from "vitest";
import type { LocalCluster } from "../../scripts/kafka/local-cluster.ts";
import { KafkaAdmin } from "../../src/log/kafka/kafka-admin.ts";
import type { KafkaConfig } from "../../src/log/kafka/kafka-config.ts";
import type { KafkaRecord } from "../../src/log/kafka/kafka-record.ts";
import { PartitionReader } from "../../src/log/kafka/partition-reader.ts";
import type { NewRecord } from "../../src/log/kafka/split-records.ts";
import type { TopicConfig } from "../../src/log/kafka/topic-config.ts";
import {
  defaultMaxBatchBytes,
  type ProducerOptions,
  TransactionalProducer,
} from "../../src/log/kafka/transactional-producer.ts";
import { librdkafkaRead } from "./librdkafka.ts";
import { openTestCluster } from "./test-cluster.ts";

export const plenty = { records: 10_000, bytes: 1 << 26 };
export const never = new AbortController().signal;
export const bufferBytes = 4 << 20;

/** A name nobody else has. */
export function unique(name: string): string {
  return `${name}-${randomUUID()}`;
}

/** The cluster all files share. */
export function sharedCluster(): Promise<LocalCluster> {
  return openTestCluster(inject("kafkaFolder"));
}

export function configFor(cluster: LocalCluster, listener?: string): KafkaConfig {
  return { brokers: cluster.addresses(listener), clientId: "magpie-test" };
}

/** KafkaJS as it comes, to show what goes wrong without us. */
export function stockKafka(brokers: readonly string[]): Kafka {
  return new Kafka(stockOptions(brokers));
}

export function stockOptions(brokers: readonly string[]): KafkaJsConfig {
  return {
    brokers: [...brokers],
    clientId: "stock",
    logLevel: logLevel.NOTHING,
    requestTimeout: 4000,
    retry: { initialRetryTime: 20, retries: 10, maxRetryTime: 500 },
  };
}

/** Makes a topic with a name of its own. */
export async function makeTopic(
  config: KafkaConfig,
  { partitions = 1, settings = {} }: { partitions?: number; settings?: TopicConfig } = {},
): Promise<string> {
  const topic = unique("topic");
  await withAdmin(config, (admin) => admin.create(topic, partitions, settings));
  return topic;
}

export async function withAdmin<T>(config: KafkaConfig, body: (admin: KafkaAdmin) => Promise<T>): Promise<T> {
  const admin = await KafkaAdmin.open(config);
  try {
    return await body(admin);
  } finally {
    await admin.close();
  }
}

export function openProducer(
  config: KafkaConfig,
  options: Partial<ProducerOptions> = {},
): Promise<TransactionalProducer> {
  return TransactionalProducer.open(config, {
    transactionalId: unique("writer"),
    compression: "none",
    maxBatchBytes: () => defaultMaxBatchBytes,
    ...options,
  });
}

/** A record of now. */
export function record(value: string, key: string | null = null): NewRecord {
  return {
    key: key === null ? null : Buffer.from(key, "latin1"),
    value: Buffer.from(value),
    headers: {},
    timestamp: Date.now(),
  };
}

/** Writes values to one partition in a transaction of its own. */
export async function write(
  config: KafkaConfig,
  topic: string,
  partition: number,
  values: readonly string[],
) {
  const producer = await openProducer(config);
  await producer.begin();
  await producer.send(
    topic,
    partition,
    values.map((value) => record(value)),
  );
  await producer.commit();
  await producer.close();
}

/** Reads partitions from given offsets to their ends. */
export async function readAll(
  config: KafkaConfig,
  topic: string,
  { partitions = [0], from = 0n }: { partitions?: readonly number[]; from?: bigint } = {},
): Promise<KafkaRecord[]> {
  const starts = partitions.map((partition) => ({ topic, partition, offset: from }));
  const reader = await PartitionReader.open(config, starts, bufferBytes);
  try {
    const all: KafkaRecord[] = [];
    for (;;) {
      const { records, undecided } = await reader.read(plenty, never);
      if (records.length === 0 && !undecided) return all;
      all.push(...records);
    }
  } finally {
    await reader.close();
  }
}

export function values(records: readonly { readonly value: Buffer | string | null }[]): (string | null)[] {
  return records.map(({ value }) => (value === null ? null : value.toString()));
}

/** What the other client sees of a topic, as values. */
export async function judge(cluster: LocalCluster, topic: string, from = 0): Promise<(string | null)[]> {
  return values(await librdkafkaRead(cluster.addresses(), topic, from));
}

/** How many of `seen` are there more than once, and how many of `expected` are not there. */
export function tally(seen: readonly (string | null)[], expected: readonly string[]) {
  const distinct = new Set(seen);
  return {
    doubled: seen.length - distinct.size,
    lost: expected.filter((value) => !distinct.has(value)).length,
  };
}

/** What a consumer of KafkaJS delivers of partition 0 from an offset to the end. */
export async function stockRead(brokers: readonly string[], topic: string, from = "0"): Promise<string[]> {
  const consumer = stockKafka(brokers).consumer({ groupId: unique("stock"), maxWaitTimeInMs: 100 });
  const seen: string[] = [];
  await consumer.connect();
  await consumer.subscribe({ topics: [topic], fromBeginning: true });
  let last = Date.now();
  await consumer.run({
    autoCommit: false,
    eachMessage: async ({ message }) => {
      seen.push(String(message.value));
      last = Date.now();
    },
  });
  consumer.seek({ topic, partition: 0, offset: from });
  while (Date.now() - last < 1500) await new Promise((resolve) => setTimeout(resolve, 100));
  await consumer.disconnect();
  return seen;
}
