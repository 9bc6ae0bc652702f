import { firstValueFrom } from "rxjs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { LocalCluster } from "../../scripts/kafka/local-cluster.ts";
import type { KafkaConfig } from "../../src/log/kafka/kafka-config.ts";
import { ownedPartitions } from "../../src/log/kafka/owned-partitions.ts";
import {
  configFor,
  judge,
  makeTopic,
  openProducer,
  readAll,
  record,
  unique,
  values,
  withAdmin,
} from "./harness.ts";
import { startTestCluster } from "./test-cluster.ts";

/** One broker of 3.9: all that the layer asks of a broker, once. */
describe("a broker of 3.9", () => {
  let cluster: LocalCluster;
  let config: KafkaConfig;

  beforeAll(async () => {
    cluster = await startTestCluster({ version: "3.9", brokers: 1 });
    config = configFor(cluster);
  });

  afterAll(() => cluster.remove());

  it("takes transactions, and our reader sees what was committed of them", async () => {
    const topic = await makeTopic(config, { partitions: 2 });
    const transactionalId = unique("writer");
    const old = await openProducer(config, { transactionalId, compression: "zstd" });
    await old.begin();
    await old.send(topic, 0, [record("aborted", "\0\0\0\0"), record("aborted")]);
    await old.abort();
    await old.begin();
    await old.send(topic, 0, [record("fenced")]);
    const producer = await openProducer(config, { transactionalId, compression: "lz4" });
    await expect(old.commit()).rejects.toMatchObject({ code: "MGP_TASK_FENCED" });
    for (const value of ["a", "b", "c"]) {
      await producer.begin();
      await Promise.all([0, 1].map((partition) => producer.send(topic, partition, [record(value)])));
      await producer.commit();
    }
    await producer.close();
    expect(values(await readAll(config, topic, { partitions: [0] }))).toEqual(["a", "b", "c"]);
    expect(values(await readAll(config, topic, { partitions: [1] }))).toEqual(["a", "b", "c"]);
    expect((await judge(cluster, topic)).sort()).toEqual(["a", "a", "b", "b", "c", "c"]);
  });

  it("answers an admin and a member of a group", async () => {
    const topic = await makeTopic(config, { partitions: 2 });
    await withAdmin(config, async (admin) => {
      await admin.addPartitions(topic, 3);
      await admin.changeConfig(topic, { "retention.ms": "1000000000" });
      expect((await admin.describeConfig(topic)).own).toMatchObject({ "retention.ms": "1000000000" });
      const empty = (partition: number) => ({ partition, start: 0n, end: 0n });
      expect(await admin.ranges(topic)).toEqual([empty(0), empty(1), empty(2)]);
    });
    const group = { id: unique("group"), topics: [topic] };
    expect(await firstValueFrom(ownedPartitions(config, group))).toEqual([0, 1, 2]);
    await withAdmin(config, (admin) => admin.delete(topic));
  });
});
