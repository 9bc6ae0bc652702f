import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { LocalCluster } from "../../scripts/kafka/local-cluster.ts";
import { api, type FaultProxy } from "./fault-proxy.ts";
import {
  configFor,
  makeTopic,
  readAll,
  sharedCluster,
  stockKafka,
  values,
  withAdmin,
  write,
} from "./harness.ts";
import { startProxies } from "./proxies.ts";

describe("a connection that breaks in the middle of an answer", () => {
  let cluster: LocalCluster;
  let proxies: readonly FaultProxy[];

  beforeAll(async () => {
    cluster = await sharedCluster();
    proxies = await startProxies(cluster);
  });

  afterAll(async () => {
    await Promise.all(proxies.map((proxy) => proxy.stop()));
  });

  const half = (request: number) => {
    for (const proxy of proxies) proxy.fail(request, { kind: "halfReply" });
  };

  it("is of no use for ever to KafkaJS, which puts the next answers behind the half one", async () => {
    const topic = await makeTopic(configFor(cluster));
    const admin = stockKafka(cluster.addresses("PROXIED")).admin({ retry: { retries: 0 } });
    await admin.connect();
    await admin.fetchTopicOffsets(topic);
    half(api.listOffsets);
    await expect(admin.fetchTopicOffsets(topic)).rejects.toThrow();
    for (const proxy of proxies) proxy.heal();
    await expect(admin.fetchTopicOffsets(topic)).rejects.toThrow(/timed out/);
    await admin.disconnect();
  });

  it("is made anew for an admin", async () => {
    const config = configFor(cluster, "PROXIED");
    const topic = await makeTopic(config);
    await withAdmin(config, async (admin) => {
      await admin.ranges(topic);
      half(api.listOffsets);
      expect(await admin.ranges(topic)).toEqual([{ partition: 0, start: 0n, end: 0n }]);
      for (const proxy of proxies) proxy.heal();
    });
  });

  it("is made anew for a reader, which goes on where it was", async () => {
    const config = configFor(cluster, "PROXIED");
    const topic = await makeTopic(config);
    const rows = Array.from({ length: 2000 }, (_, i) => `${i}:${"x".repeat(200)}`);
    await write(config, topic, 0, rows);
    half(api.fetch);
    expect(values(await readAll(config, topic))).toEqual(rows);
    for (const proxy of proxies) proxy.heal();
  });
});
