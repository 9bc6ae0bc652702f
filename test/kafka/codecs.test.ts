import { createRequire } from "node:module";
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

it("is gzip alone with KafkaJS as it comes", () => {
  const { CompressionCodecs, CompressionTypes } = freshKafkaJs();
  expect(() => CompressionCodecs[CompressionTypes.GZIP]()).not.toThrow();
  for (const type of [CompressionTypes.Snappy, CompressionTypes.LZ4, CompressionTypes.ZSTD])
    expect(() => CompressionCodecs[type]()).toThrow("not implemented");
});

/** Another copy of the module, that nobody has given codecs. */
function freshKafkaJs() {
  const require = createRequire(import.meta.url);
  for (const path of Object.keys(require.cache)) if (path.includes("/kafkajs/")) delete require.cache[path];
  return require("kafkajs");
}

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
