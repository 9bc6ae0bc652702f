import { afterEach, beforeAll, describe, expect, it } from "vitest";
import type { LocalCluster } from "../../scripts/kafka/local-cluster.ts";
import type { KafkaConfig } from "../../src/log/kafka/kafka-config.ts";
import { type KafkaRecord, recordBytes } from "../../src/log/kafka/kafka-record.ts";
import { PartitionReader } from "../../src/log/kafka/partition-reader.ts";
import { api } from "./fault-proxy.ts";
import {
  bufferBytes,
  configFor,
  judge,
  makeTopic,
  never,
  openProducer,
  plenty,
  readAll,
  record,
  sharedCluster,
  stockKafka,
  values,
  withAdmin,
  write,
} from "./harness.ts";
import { startProxies } from "./proxies.ts";

describe("a partition reader", () => {
  let cluster: LocalCluster;
  let config: KafkaConfig;
  let opened: PartitionReader | undefined;

  beforeAll(async () => {
    cluster = await sharedCluster();
    config = configFor(cluster);
  });

  afterEach(async () => {
    await opened?.close();
    opened = undefined;
  });

  async function open(
    topic: string,
    offset = 0n,
    partitions: readonly number[] = [0],
  ): Promise<PartitionReader> {
    const starts = partitions.map((partition) => ({ topic, partition, offset }));
    opened = await PartitionReader.open(config, starts, bufferBytes);
    return opened;
  }

  /** Reads until `count` records have come. */
  async function take(reader: PartitionReader, count: number): Promise<KafkaRecord[]> {
    const records: KafkaRecord[] = [];
    while (records.length < count) records.push(...(await reader.read(plenty, never)).records);
    return records;
  }

  it("gives records as they were written, from the offset on that was asked for", async () => {
    const topic = await makeTopic(config, { settings: { "retention.ms": "-1" } });
    const producer = await openProducer(config);
    await producer.begin();
    await producer.send(topic, 0, [
      {
        key: Buffer.from("k"),
        value: Buffer.from("v"),
        headers: { name: "ä", other: "" },
        timestamp: 1_700_000_000_001,
      },
      { key: null, value: null, headers: {}, timestamp: 1_700_000_000_000 },
      { key: Buffer.alloc(0), value: Buffer.alloc(0), headers: {}, timestamp: 1_700_000_000_002 },
    ]);
    await producer.commit();
    await producer.close();
    const place = { topic, partition: 0 };
    const expected = [
      {
        ...place,
        offset: 0n,
        key: Buffer.from("k"),
        value: Buffer.from("v"),
        headers: [
          ["name", Buffer.from("ä")],
          ["other", Buffer.alloc(0)],
        ],
        timestamp: 1_700_000_000_001,
      },
      { ...place, offset: 1n, key: null, value: null, headers: [], timestamp: 1_700_000_000_000 },
      {
        ...place,
        offset: 2n,
        key: Buffer.alloc(0),
        value: Buffer.alloc(0),
        headers: [],
        timestamp: 1_700_000_000_002,
      },
    ];
    expect(await readAll(config, topic)).toEqual(expected);
    expect(await readAll(config, topic, { from: 1n })).toEqual(expected.slice(1));
    expect(await readAll(config, topic, { from: 3n })).toEqual([]);
  });

  it("reads partitions of several leaders, each in order, and stands behind all that is committed", async () => {
    const topic = await makeTopic(config, { partitions: 6 });
    const partitions = [0, 1, 2, 3, 4, 5];
    const rows = (partition: number) => Array.from({ length: 300 }, (_, i) => `${partition}/${i}`);
    for (const partition of partitions) await write(config, topic, partition, rows(partition));
    const reader = await open(topic, 0n, partitions);
    const records = await take(reader, 1800);
    for (const partition of partitions)
      expect(values(records.filter((r) => r.partition === partition))).toEqual(rows(partition));
    expect(await reader.read(plenty, never)).toEqual({ records: [], undecided: false });
    // 300 records and the end of their transaction.
    expect(partitions.map((partition) => reader.position(topic, partition))).toEqual(
      partitions.map(() => 301n),
    );
  });

  it("keeps to its credit, and gives a record alone that is larger", async () => {
    const topic = await makeTopic(config);
    await write(config, topic, 0, ["a".repeat(10), "b".repeat(10), "c".repeat(1000), "d".repeat(10), "e"]);
    const reader = await open(topic);
    const lengths: number[][] = [];
    for (let count = 0; count < 5; ) {
      const { records } = await reader.read({ records: 3, bytes: 25 }, never);
      lengths.push(records.map(recordBytes));
      count += records.length;
    }
    expect(lengths).toEqual([[10, 10], [1000], [10, 1]]);
  });

  it("asks brokers for nothing while nobody reads", async () => {
    const topic = await makeTopic(config);
    await write(
      config,
      topic,
      0,
      Array.from({ length: 100 }, () => "x".repeat(100_000)),
    );
    const proxies = await startProxies(cluster);
    const fetches = () => proxies.reduce((sum, proxy) => sum + proxy.seen(api.fetch), 0);
    const from = [{ topic, partition: 0, offset: 0n }];
    const reader = await PartitionReader.open(configFor(cluster, "PROXIED"), from, 1 << 20);
    await reader.read({ records: 1, bytes: 1 }, never);
    await new Promise((resolve) => setTimeout(resolve, 300));
    const asked = fetches();
    await new Promise((resolve) => setTimeout(resolve, 700));
    expect(fetches()).toBe(asked);
    expect(asked).toBeLessThanOrEqual(2);
    await reader.close();
    await Promise.all(proxies.map((proxy) => proxy.stop()));
  });

  it("says nothing is there only after it asked, and when transactions may still bring something", async () => {
    const topic = await makeTopic(config);
    const reader = await open(topic);
    expect(await reader.read(plenty, never)).toEqual({ records: [], undecided: false });
    const producer = await openProducer(config);
    for (let i = 0; i < 20; i++) {
      await producer.begin();
      await producer.send(topic, 0, [record(`${i}`)]);
      expect(await reader.read(plenty, never)).toEqual({ records: [], undecided: true });
      await producer.commit();
      // The commit was acknowledged; a read may be too early to see it, but then it says so.
      let read = await reader.read(plenty, never);
      while (read.records.length === 0) {
        expect(read.undecided).toBe(true);
        read = await reader.read(plenty, never);
      }
      expect(values(read.records)).toEqual([`${i}`]);
    }
    await producer.close();
  });

  it("stops waiting when it is aborted", async () => {
    const reader = await open(await makeTopic(config));
    const abort = new AbortController();
    const reading = reader.read(plenty, abort.signal);
    abort.abort();
    await expect(reading).rejects.toMatchObject({ name: "AbortError" });
  });

  it("says what is retained when its offset is not, before the start or behind the end", async () => {
    const topic = await makeTopic(config);
    await write(config, topic, 0, ["a", "b", "c"]);
    const admin = stockKafka(config.brokers).admin();
    await admin.connect();
    await admin.fetchTopicOffsets(topic);
    await admin.deleteTopicRecords({ topic, partitions: [{ partition: 0, offset: "2" }] });
    await admin.disconnect();
    for (const offset of [0n, 9n]) {
      const reader = await open(topic, offset);
      await expect(reader.read(plenty, never)).rejects.toMatchObject({
        code: "MGP_LOG_TRIMMED",
        message: `${topic}/0/${offset} cannot be read: the log holds offsets 2 to 4 (exclusive) there`,
      });
      await reader.close();
    }
  });

  it("says that a topic does not exist, or no longer", async () => {
    const nowhere = PartitionReader.open(
      config,
      [{ topic: "nowhere", partition: 0, offset: 0n }],
      bufferBytes,
    );
    await expect(nowhere).rejects.toMatchObject({ code: "MGP_TOPIC_UNKNOWN" });
    const topic = await makeTopic(config);
    const reader = await open(topic);
    await reader.read(plenty, never);
    await withAdmin(config, (admin) => admin.delete(topic));
    const reading = async () => {
      for (;;) await reader.read(plenty, never);
    };
    await expect(reading()).rejects.toMatchObject({ code: "MGP_TOPIC_UNKNOWN" });
  });

  it("gets to the end of a topic whose records compaction has removed", async () => {
    const settings = {
      "cleanup.policy": "compact",
      "segment.ms": "500",
      "min.cleanable.dirty.ratio": "0.01",
      "delete.retention.ms": "0",
    };
    const topic = await makeTopic(config, { settings });
    const producer = await openProducer(config);
    const commit = async (records: ReturnType<typeof record>[]) => {
      await producer.begin();
      await producer.send(topic, 0, records);
      await producer.commit();
    };
    for (let round = 0; round < 4; round++) {
      await commit(Array.from({ length: 200 }, (_, i) => record(`${round}`, `k${i % 5}`)));
      await new Promise((resolve) => setTimeout(resolve, 600));
    }
    let kept: KafkaRecord[] = [];
    // The last segment is not compacted: the rounds before it shrink to less than one.
    for (let i = 0; i < 60 && (kept.length === 0 || kept.length > 400); i++) {
      await new Promise((resolve) => setTimeout(resolve, 500));
      kept = await readAll(config, topic);
    }
    expect(kept.length).toBeLessThanOrEqual(400);
    expect(values(kept)).toEqual(await judge(cluster, topic));
    const reader = await open(topic);
    while ((await reader.read(plenty, never)).records.length > 0);
    expect(reader.position(topic, 0)).toBe(804n);
    await producer.close();
  });

  it("goes on when the leader of its partition is killed", async () => {
    const topic = await makeTopic(config, { partitions: 3 });
    const producer = await openProducer(config);
    const reader = await open(topic, 0n, [0, 1, 2]);
    const commit = async (writer: typeof producer, name: string) => {
      await writer.begin();
      for (const partition of [0, 1, 2]) await writer.send(topic, partition, [record(`${name}${partition}`)]);
      await writer.commit();
    };
    await commit(producer, "before ");
    expect(values(await take(reader, 3)).sort()).toEqual(["before 0", "before 1", "before 2"]);
    await producer.close();
    const broker = cluster.broker(1);
    await broker.kill();
    const reading = take(reader, 3);
    let written = false;
    while (!written) {
      const next = await openProducer(config).catch(() => undefined);
      written = await commit(next!, "after ").then(
        () => true,
        () => false,
      );
      await next?.close();
    }
    expect(values(await reading).sort()).toEqual(["after 0", "after 1", "after 2"]);
    await broker.start();
    await cluster.ready();
  });
});
