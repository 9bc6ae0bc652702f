import { ConfigResourceTypes } from "kafkajs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { KafkaAdmin } from "../../src/log/kafka/kafka-admin.ts";
import type { KafkaConfig } from "../../src/log/kafka/kafka-config.ts";
import { configFor, sharedCluster, stockKafka, unique, write } from "./harness.ts";

describe("an admin", () => {
  let config: KafkaConfig;
  let admin: KafkaAdmin;

  beforeAll(async () => {
    config = configFor(await sharedCluster());
    admin = await KafkaAdmin.open(config);
  });

  afterAll(() => admin.close());

  it("creates topics, extends them and deletes them, and each is known at once", async () => {
    const topic = unique("made");
    expect(await admin.partitions(topic)).toBeUndefined();
    await admin.create(topic, 2, { "cleanup.policy": "compact" });
    await admin.create(topic, 5, {});
    expect(await admin.partitions(topic)).toBe(2);
    await admin.addPartitions(topic, 4);
    expect(await admin.partitions(topic)).toBe(4);
    expect(await admin.list()).toContain(topic);
    await write(config, topic, 3, ["a"]).catch(() => {});
    await admin.delete(topic);
    expect(await admin.partitions(topic)).toBeUndefined();
    expect(await admin.list()).not.toContain(topic);
  });

  it("deletes a topic that is not there without waiting for it", async () => {
    await admin.delete(unique("nothing"));
  });

  it("lists the offsets of what is retained and committed", async () => {
    const topic = unique("offsets");
    await admin.create(topic, 3, {});
    await write(config, topic, 1, ["a", "b"]);
    // The end of the transaction takes an offset too.
    expect(await admin.ranges(topic)).toEqual([
      { partition: 0, start: 0n, end: 0n },
      { partition: 1, start: 0n, end: 3n },
      { partition: 2, start: 0n, end: 0n },
    ]);
    await expect(admin.ranges("nowhere")).rejects.toMatchObject({ code: "MGP_TOPIC_UNKNOWN" });
  });

  it("tells the bytes of a topic, whatever its replicas", async () => {
    const topic = unique("bytes");
    await admin.create(topic, 2, {});
    expect(await admin.bytes(topic)).toBe(0);
    await write(config, topic, 1, ["x".repeat(100_000)]);
    expect(await admin.bytes(topic)).toBeGreaterThan(100_000);
    expect(await admin.bytes(topic)).toBeLessThan(101_000);
  });

  it("changes a setting and leaves the others, which KafkaJS resets", async () => {
    const topic = unique("settings");
    await admin.create(topic, 1, { "retention.ms": "1000000000", "max.message.bytes": "2000000" });
    await admin.changeConfig(topic, { "retention.bytes": "5000000", "max.message.bytes": undefined });
    const { own, effective } = await admin.describeConfig(topic);
    expect(own).toMatchObject({ "retention.ms": "1000000000", "retention.bytes": "5000000" });
    expect(effective["max.message.bytes"]).toBe("1048588");

    const stock = stockKafka(config.brokers).admin();
    await stock.connect();
    const change = { name: "cleanup.policy", value: "compact" };
    const resource = { type: ConfigResourceTypes.TOPIC, name: topic, configEntries: [change] };
    await stock.alterConfigs({ validateOnly: false, resources: [resource] });
    await stock.disconnect();
    const left = async () => (await admin.describeConfig(topic)).own;
    await expect.poll(left, { timeout: 10_000 }).not.toHaveProperty("retention.ms");
  });

  it("says what the cluster refuses", async () => {
    const bad = admin.create(unique("bad"), 1, { "cleanup.policy": "nonsense" });
    await expect(bad).rejects.toMatchObject({ code: "MGP_TOPIC_CONFLICT" });
    const topic = unique("fewer");
    await admin.create(topic, 3, {});
    await expect(admin.addPartitions(topic, 2)).rejects.toMatchObject({ code: "MGP_TOPIC_CONFLICT" });
    await expect(admin.changeConfig("nowhere", { "retention.ms": "1" })).rejects.toMatchObject({
      code: "MGP_TOPIC_UNKNOWN",
    });
  });
});
