import { execFileSync } from "node:child_process";
import { beforeAll, describe, expect, it } from "vitest";
import type { LocalCluster } from "../../scripts/kafka/local-cluster.ts";
import type { KafkaConfig } from "../../src/log/kafka/kafka-config.ts";
import {
  configFor,
  judge,
  makeTopic,
  openProducer,
  readAll,
  record,
  sharedCluster,
  values,
} from "./harness.ts";
import { librdkafkaWrite } from "./librdkafka.ts";

const rows = Array.from({ length: 500 }, (_, i) => `${i} ${"what is entropy? ".repeat(i % 50)}`);

it("KafkaJS as it comes knows gzip alone", () => {
  const script = `const { Codecs } = require("kafkajs/src/protocol/message/compression");
    console.log([1, 2, 3, 4].filter((type) => { try { return Codecs[type](); } catch { return false; } }).join());`;
  // In a process of its own: here, ours are registered.
  expect(execFileSync(process.execPath, ["-e", script], { encoding: "utf8" })).toBe("1\n");
});

describe.each(["none", "gzip", "snappy", "lz4", "zstd"] as const)("compression %s", (compression) => {
  let cluster: LocalCluster;
  let config: KafkaConfig;

  beforeAll(async () => {
    cluster = await sharedCluster();
    config = configFor(cluster);
  });

  it("of ours is understood by the broker and by another client", async () => {
    const topic = await makeTopic(config);
    const producer = await openProducer(config, { compression });
    await producer.begin();
    await producer.send(
      topic,
      0,
      rows.map((row) => record(row)),
    );
    await producer.commit();
    await producer.close();
    expect(await judge(cluster, topic)).toEqual(rows);
    expect(values(await readAll(config, topic))).toEqual(rows);
  });

  it("of another client, and repacked by the broker, is understood by ours", async () => {
    const given = await makeTopic(config);
    await librdkafkaWrite(cluster.addresses(), given, compression, rows);
    expect(values(await readAll(config, given))).toEqual(rows);

    const type = compression === "none" ? "uncompressed" : compression;
    const repacked = await makeTopic(config, { settings: { "compression.type": type } });
    await librdkafkaWrite(cluster.addresses(), repacked, "gzip", rows);
    expect(values(await readAll(config, repacked))).toEqual(rows);
  });
});
