import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { LocalCluster } from "../../scripts/kafka/local-cluster.ts";
import type { KafkaConfig } from "../../src/log/kafka/kafka-config.ts";
import type { TransactionalProducer } from "../../src/log/kafka/transactional-producer.ts";
import {
  configFor,
  judge,
  makeTopic,
  openProducer,
  readAll,
  record,
  sharedCluster,
  stockRead,
  values,
} from "./harness.ts";

describe("a reader of what is committed", () => {
  let cluster: LocalCluster;
  let config: KafkaConfig;
  let a: TransactionalProducer;
  let b: TransactionalProducer;

  beforeAll(async () => {
    cluster = await sharedCluster();
    config = configFor(cluster);
    [a, b] = await Promise.all([openProducer(config), openProducer(config)]);
  });

  afterAll(async () => {
    await Promise.all([a.close(), b.close()]);
  });

  const send = (writer: TransactionalProducer, topic: string, value: string, key: string | null = null) =>
    writer.send(topic, 0, [record(value, key)]);

  it("passes over aborted transactions that overlap, wherever it starts among them", async () => {
    const topic = await makeTopic(config);
    await a.begin();
    await b.begin();
    await send(a, topic, "aborted 0");
    await send(b, topic, "aborted 1");
    await send(a, topic, "aborted 2");
    await send(b, topic, "aborted 3");
    await a.abort();
    await b.abort();
    await a.begin();
    await send(a, topic, "committed");
    await a.commit();

    for (const from of [0, 1, 2, 3]) {
      expect(values(await readAll(config, topic, { from: BigInt(from) }))).toEqual(["committed"]);
      expect(await judge(cluster, topic, from)).toEqual(["committed"]);
    }
    expect(await stockRead(cluster.addresses(), topic, "3")).toContain("aborted 3");
  });

  it("passes over an aborted transaction of one writer whatever keys its records have", async () => {
    const topic = await makeTopic(config);
    await a.begin();
    await send(a, topic, "aborted 0", "k");
    await send(a, topic, "aborted 1", "\0\0\0\0");
    await send(a, topic, "aborted 2", "k");
    await a.abort();
    await a.begin();
    await send(a, topic, "committed", "\0\0\0\0");
    await a.commit();

    expect(values(await readAll(config, topic))).toEqual(["committed"]);
    expect(await judge(cluster, topic)).toEqual(["committed"]);
    expect(await stockRead(cluster.addresses(), topic)).toContain("aborted 2");
  });

  it("delivers in order what several writers committed while they aborted as much", async () => {
    const topic = await makeTopic(config);
    const c = await openProducer(config);
    const writers = [a, b, c].map((producer) => ({ producer, left: 0, commits: false }));
    let seed = 7;
    const random = (below: number) => {
      seed = (seed * 1_103_515_245 + 12_345) & 0x7fff_ffff;
      return (seed >>> 8) % below;
    };
    for (let i = 0; i < 150; i++) {
      const writer = writers[random(3)]!;
      if (writer.left === 0) {
        await writer.producer.begin();
        writer.left = 1 + random(3);
        writer.commits = random(2) === 0;
      }
      await send(writer.producer, topic, `${writer.commits ? "committed" : "aborted"} ${i}`);
      writer.left -= 1;
      if (writer.left > 0) continue;
      if (writer.commits) await writer.producer.commit();
      else await writer.producer.abort();
    }
    for (const { producer, left } of writers) if (left > 0) await producer.abort();
    await c.close();

    const seen = values(await readAll(config, topic));
    expect(seen).toEqual(await judge(cluster, topic));
    expect(seen.filter((value) => value?.startsWith("aborted"))).toEqual([]);
    expect((await stockRead(cluster.addresses(), topic)).some((value) => value.startsWith("aborted"))).toBe(
      true,
    );
  });
});
