import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { LocalCluster } from "../../scripts/kafka/local-cluster.ts";
import type { KafkaConfig } from "../../src/log/kafka/kafka-config.ts";
import { api, type FaultProxy } from "./fault-proxy.ts";
import {
  configFor,
  judge,
  makeTopic,
  openProducer,
  record,
  sharedCluster,
  stockKafka,
  tally,
  unique,
} from "./harness.ts";
import { startProxies } from "./proxies.ts";

/** The faults that lose and double records inside committed transactions, and the rules that avoid them. */
describe("a transaction", () => {
  let cluster: LocalCluster;
  let config: KafkaConfig;
  let proxied: KafkaConfig;
  let proxies: readonly FaultProxy[];

  beforeAll(async () => {
    cluster = await sharedCluster();
    config = configFor(cluster);
    proxied = configFor(cluster, "PROXIED");
    proxies = await startProxies(cluster);
  });

  afterAll(async () => {
    await Promise.all(proxies.map((proxy) => proxy.stop()));
  });

  const partitions = [0, 1, 2, 3, 4, 5];
  const rows = (transaction: number, partition: number) =>
    [0, 1, 2, 3, 4].map((i) => `${transaction}/${partition}/${i}`);

  it("keeps each record once when transactions over several brokers follow each other closely", async () => {
    const topic = await makeTopic(config, { partitions: 6 });
    const producer = await openProducer(config);
    const expected: string[] = [];
    for (let i = 0; i < 60; i++) {
      await producer.begin();
      await Promise.all(
        partitions.map((partition) =>
          producer.send(
            topic,
            partition,
            rows(i, partition).map((row) => record(row)),
          ),
        ),
      );
      await producer.commit();
      expected.push(...partitions.flatMap((partition) => rows(i, partition)));
    }
    await producer.close();
    const seen = await judge(cluster, topic);
    expect(seen.length).toBe(expected.length);
    expect(tally(seen, expected)).toEqual({ doubled: 0, lost: 0 });
  });

  it("has records twice with several partitions in one send of KafkaJS, and every call resolves", async () => {
    const topic = await makeTopic(config, { partitions: 6 });
    const retry = { initialRetryTime: 10, retries: 60, maxRetryTime: 200 };
    const producer = stockKafka(config.brokers).producer({
      transactionalId: topic,
      maxInFlightRequests: 1,
      retry,
    });
    await producer.connect();
    let doubled = 0;
    let transactions = 0;
    for (; doubled === 0 && transactions < 1200; ) {
      for (const end = transactions + 100; transactions < end; transactions++) {
        const transaction = await producer.transaction();
        const all = partitions.flatMap((partition) =>
          rows(transactions, partition).map((value) => ({ partition, value })),
        );
        await transaction.send({ topic, messages: all });
        await transaction.commit();
      }
      doubled = tally(await judge(cluster, topic), []).doubled;
    }
    await producer.disconnect();
    expect(doubled).toBeGreaterThan(0);
  });

  const batches = ["a", "b", "c"].map((name) => Array.from({ length: 10 }, (_, i) => `${name}${i}`));

  it("keeps records in order when sends for one partition are given at once and an answer is lost", async () => {
    const topic = await makeTopic(config);
    const producer = await openProducer(proxied);
    await producer.begin();
    await producer.send(topic, 0, [record("first")]);
    for (const proxy of proxies) proxy.fail(api.produce, { kind: "cutReply" });
    await Promise.all(
      batches.map((batch) =>
        producer.send(
          topic,
          0,
          batch.map((value) => record(value)),
        ),
      ),
    );
    await producer.commit();
    await producer.close();
    for (const proxy of proxies) proxy.heal();
    expect(await judge(cluster, topic)).toEqual(["first", ...batches.flat()]);
  });

  it("loses records with two sends of KafkaJS under way for one partition, and every call resolves", async () => {
    const topic = await makeTopic(config);
    const kafka = stockKafka(proxied.brokers);
    const producer = kafka.producer({ idempotent: true, maxInFlightRequests: 1, retry: { retries: 10 } });
    await producer.connect();
    await producer.send({ topic, messages: [{ partition: 0, value: "first" }] });
    for (const proxy of proxies) proxy.fail(api.produce, { kind: "cutReply" });
    const sends = batches.map((batch) =>
      producer.send({ topic, messages: batch.map((value) => ({ partition: 0, value })) }),
    );
    const outcomes = (await Promise.allSettled(sends)).map(({ status }) => status);
    for (const proxy of proxies) proxy.heal();
    await producer.disconnect();
    expect(outcomes).toEqual(["fulfilled", "fulfilled", "fulfilled"]);
    expect(tally(await judge(cluster, topic), batches.flat()).lost).toBeGreaterThan(0);
  });

  it.each(["cutReply", "dropRequest"] as const)(
    "is there once or not at all, and the id works on, when the commit meets %s",
    async (kind) => {
      const topic = await makeTopic(config);
      const transactionalId = unique("writer");
      const producer = await openProducer(proxied, { transactionalId });
      await producer.begin();
      await producer.send(topic, 0, [record("in doubt")]);
      for (const proxy of proxies) proxy.fail(api.endTxn, { kind });
      await expect(producer.commit()).rejects.toMatchObject({ code: "MGP_LOG_UNAVAILABLE" });
      for (const proxy of proxies) proxy.heal();
      await expect(producer.begin()).rejects.toMatchObject({ code: "MGP_LOG_UNAVAILABLE" });

      const next = await openProducer(proxied, { transactionalId });
      await next.begin();
      await next.send(topic, 0, [record("later")]);
      await next.commit();
      await next.close();
      expect(await judge(cluster, topic)).toEqual(kind === "cutReply" ? ["in doubt", "later"] : ["later"]);
    },
  );

  it("leaves a producer of KafkaJS unusable for ever when the commit's answer is lost", async () => {
    const topic = await makeTopic(config);
    const producer = stockKafka(proxied.brokers).producer({ transactionalId: topic, maxInFlightRequests: 1 });
    await producer.connect();
    const transaction = await producer.transaction();
    await transaction.send({ topic, messages: [{ partition: 0, value: "in doubt" }] });
    for (const proxy of proxies) proxy.fail(api.endTxn, { kind: "cutReply" });
    await expect(transaction.commit()).rejects.toThrow();
    for (const proxy of proxies) proxy.heal();
    await expect(transaction.abort()).rejects.toThrow();
    await producer.disconnect();
    await producer.connect();
    await expect(producer.transaction()).rejects.toThrow();
    await producer.disconnect();
  });

  it("keeps each record once while brokers are killed and every error opens the id again", async () => {
    const topic = await makeTopic(config, { partitions: 6 });
    const transactionalId = unique("writer");
    const expected: string[] = [];
    let producer = await openProducer(config, { transactionalId });
    let down: Promise<void> | undefined;
    for (let i = 0; i < 40; i++) {
      if (i % 20 === 10) {
        await down;
        const broker = cluster.broker(1 + (i % 3));
        await broker.kill();
        down = broker.start().then(() => cluster.ready());
      }
      const write = async () => {
        await producer.begin();
        await Promise.all(
          partitions.map((partition) =>
            producer.send(
              topic,
              partition,
              rows(i, partition).map((row) => record(row)),
            ),
          ),
        );
        await producer.commit();
      };
      // As a task does: what became of a transaction in doubt stands in the log once the id was opened again.
      for (let done = false; !done; ) {
        try {
          await write();
          done = true;
        } catch {
          producer = await openProducer(config, { transactionalId });
          done = (await judge(cluster, topic)).includes(rows(i, 0)[0]!);
        }
      }
      expected.push(...partitions.flatMap((partition) => rows(i, partition)));
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    await down;
    await producer.close();
    const seen = await judge(cluster, topic);
    expect(tally(seen, expected)).toEqual({ doubled: 0, lost: 0 });
    expect(seen.length).toBe(expected.length);
  });
});
