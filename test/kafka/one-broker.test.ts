import { firstValueFrom } from "rxjs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { KafkaVersion } from "../../scripts/kafka/kafka-versions.ts";
import type { LocalCluster } from "../../scripts/kafka/local-cluster.ts";
import type { KafkaConfig } from "../../src/log/kafka/kafka-config.ts";
import { ownedPartitions } from "../../src/log/kafka/owned-partitions.ts";
import { seededRandom } from "../../src/runtime/seeded-random.ts";
import { describeKafkaContract } from "./describe-kafka-contract.ts";
import { powerCuts } from "./faults/scenarios/power-cuts.ts";
import { tryOut } from "./faults/trial.ts";
import { flaws, sound } from "./faults/verdict.ts";
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
import { kafkaLogOptions } from "./kafka-log-harness.ts";
import { startTestCluster } from "./test-cluster.ts";

const versions = ["4", "3.9"] as const;
const cuts = 5;
const longestMs = 600_000;

const clusters = new Map<KafkaVersion, LocalCluster>();

beforeAll(async () => {
  for (const version of versions) clusters.set(version, await startTestCluster({ version, brokers: 1 }));
});

afterAll(() => Promise.all([...clusters.values()].map((cluster) => cluster.remove())));

/** One broker, of the newest version and of the oldest that is supported: all that the layer asks of a broker, once. */
describe.each(versions)("a broker of %s", (version) => {
  let cluster: LocalCluster;
  let config: KafkaConfig;

  beforeAll(() => {
    cluster = clusters.get(version)!;
    config = configFor(cluster);
  });

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

  describeKafkaContract(`Kafka ${version}`, () => kafkaLogOptions({ kafka: config }));
});

describe.concurrent("ten kills of processes that run the pipelines lose and double nothing", () => {
  it.each(versions)(
    "on a broker of %s",
    async (version) => {
      const random = seededRandom(version);
      const ground = { cluster: clusters.get(version)!, proxies: [] };
      const report = await tryOut(ground, (trial) => powerCuts(cuts).disturb(trial, random));
      expect(flaws(report)).toEqual(sound);
    },
    longestMs,
  );
});
