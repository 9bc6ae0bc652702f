import { createRequire } from "node:module";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
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
  unique,
  withAdmin,
} from "./harness.ts";
import { startProxies } from "./proxies.ts";

const BrokerPool: {
  readonly prototype: { findBroker(from: { nodeId: string }): Promise<{ nodeId: string }> };
} = createRequire(import.meta.url)("kafkajs/src/cluster/brokerPool");

describe("a transactional producer", () => {
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

  const endOf = (topic: string) => withAdmin(config, async (admin) => (await admin.ranges(topic))[0]!.end);

  it("opens although the connection breaks while it asks for its id, where KafkaJS gives up", async () => {
    for (const proxy of proxies) proxy.fail(api.initProducerId, { kind: "cutReply" }, 1);
    const stock = stockKafka(proxied.brokers).producer({
      transactionalId: unique("stock"),
      maxInFlightRequests: 1,
    });
    await stock.connect();
    await expect(stock.transaction()).rejects.toThrow();
    await stock.disconnect();

    for (const proxy of proxies) {
      proxy.heal();
      proxy.fail(api.initProducerId, { kind: "cutReply" }, 3);
    }
    const producer = await openProducer(proxied);
    for (const proxy of proxies) proxy.heal();
    await producer.close();
  });

  it("is fenced, with its transaction undone, by the next one that opens its id", async () => {
    const topic = await makeTopic(config);
    const transactionalId = unique("writer");
    const old = await openProducer(config, { transactionalId });
    await old.begin();
    await old.send(topic, 0, [record("old")]);
    const next = await openProducer(config, { transactionalId });
    // Its abort marker stands behind the record: whoever opened the id sees a partition without anything under way.
    expect(await endOf(topic)).toBe(2n);
    await expect(old.send(topic, 0, [record("old too")])).rejects.toMatchObject({ code: "MGP_TASK_FENCED" });
    await expect(old.commit()).rejects.toMatchObject({ code: "MGP_TASK_FENCED" });
    await next.begin();
    await next.send(topic, 0, [record("new")]);
    await next.commit();
    await next.close();
    expect(await judge(cluster, topic)).toEqual(["new"]);
  });

  it("learns at the commit that it was fenced", async () => {
    const topic = await makeTopic(config);
    const transactionalId = unique("writer");
    const old = await openProducer(config, { transactionalId });
    await old.begin();
    await old.send(topic, 0, [record("old")]);
    const next = await openProducer(config, { transactionalId });
    await expect(old.commit()).rejects.toMatchObject({ code: "MGP_TASK_FENCED" });
    await next.close();
    expect(await judge(cluster, topic)).toEqual([]);
  });

  it("writes more than a batch may hold, in order, which KafkaJS sends as one batch that is refused", async () => {
    const topic = await makeTopic(config);
    const rows = Array.from({ length: 30 }, (_, i) => `${i}:${"x".repeat(100_000)}`);
    const stock = stockKafka(config.brokers).producer();
    await stock.connect();
    const messages = rows.map((value) => ({ partition: 0, value }));
    await expect(stock.send({ topic, messages })).rejects.toMatchObject({ type: "MESSAGE_TOO_LARGE" });
    await stock.disconnect();

    const producer = await openProducer(config);
    await producer.begin();
    await producer.send(topic, 0, [...rows.map((row) => record(row)), ...rows.map((row) => record(row))]);
    await producer.commit();
    await producer.close();
    expect(await judge(cluster, topic)).toEqual([...rows, ...rows]);
  });

  it("tells a record the broker will never take from trouble that passes, and ends its transaction", async () => {
    const topic = await makeTopic(config, { settings: { "max.message.bytes": "20000" } });
    const producer = await openProducer(config);
    await producer.begin();
    await producer.send(topic, 0, [record("small")]);
    const large = producer.send(topic, 0, [record("x".repeat(50_000))]);
    await expect(large).rejects.toMatchObject({ code: "MGP_LOG_REFUSED", retriable: false });
    // Long before the transaction's timeout; the partition learns of the abort a moment after the coordinator.
    await expect.poll(() => endOf(topic), { timeout: 5000 }).toBe(2n);
    expect(await judge(cluster, topic)).toEqual([]);
  });

  it("tells a time stamp that a topic refuses", async () => {
    const topic = await makeTopic(config, { settings: { "message.timestamp.before.max.ms": "60000" } });
    const producer = await openProducer(config);
    await producer.begin();
    const old = producer.send(topic, 0, [{ ...record("old"), timestamp: Date.now() - 3_600_000 }]);
    await expect(old).rejects.toMatchObject({ code: "MGP_LOG_REFUSED" });
  });

  it("refuses a partition the topic does not have, where KafkaJS writes nothing and says all is well", async () => {
    const topic = await makeTopic(config);
    const stock = stockKafka(config.brokers).producer();
    await stock.connect();
    await expect(stock.send({ topic, messages: [{ partition: 7, value: "gone" }] })).resolves.toEqual([]);
    await stock.disconnect();

    const producer = await openProducer(config);
    await producer.begin();
    await expect(producer.send(topic, 7, [record("gone")])).rejects.toMatchObject({
      code: "MGP_TOPIC_UNKNOWN",
    });
  });

  it("says that brokers are in trouble when KafkaJS has mistaken one for another, sent it nothing and resolved", async () => {
    const topic = await makeTopic(config);
    const producer = await openProducer(config);
    await producer.begin();
    await producer.send(topic, 0, [record("before")]);
    // As `refreshMetadata` leaves it when another call loses a connection meanwhile.
    const { findBroker } = BrokerPool.prototype;
    vi.spyOn(BrokerPool.prototype, "findBroker").mockImplementation(async function (this: unknown, from) {
      const broker = await findBroker.call(this, from);
      broker.nodeId = "another";
      return broker;
    });
    await expect(producer.send(topic, 0, [record("lost")])).rejects.toMatchObject({
      code: "MGP_LOG_UNAVAILABLE",
    });
    vi.restoreAllMocks();
  });

  it("waits for every send before it commits", async () => {
    const topic = await makeTopic(config, { partitions: 3 });
    const producer = await openProducer(config);
    await producer.begin();
    for (const proxy of proxies) proxy.fail(api.produce, { kind: "delayReply", ms: 200 });
    const sends = [0, 1, 2, 0, 1, 2].map((partition, i) => producer.send(topic, partition, [record(`${i}`)]));
    await producer.commit();
    await Promise.all(sends);
    await producer.close();
    expect((await judge(cluster, topic)).sort()).toEqual(["0", "1", "2", "3", "4", "5"]);
  });

  it("says within seconds that no broker is there", async () => {
    const nobody = { brokers: ["127.0.0.1:1"], clientId: "test" };
    await expect(openProducer(nobody)).rejects.toMatchObject({ code: "MGP_LOG_UNAVAILABLE" });
  });
});
