import { expect, it } from "vitest";
import { plugins } from "../../src/builtins.ts";
import { definePipeline, stage } from "../../src/config/define-pipeline.ts";
import type { Pipeline } from "../../src/core/pipeline.ts";
import { PartitionReader } from "../../src/log/kafka/partition-reader.ts";
import type { Log } from "../../src/log/log.ts";
import { runUntilIdle } from "../runtime/support.ts";
import {
  bufferBytes,
  configFor,
  makeTopic,
  never,
  plenty,
  sharedCluster,
  unique,
  values,
  withAdmin,
  write,
} from "./harness.ts";
import { withKafkaLog } from "./kafka-log-harness.ts";

function lengths(name: string): Pipeline {
  return definePipeline({
    name,
    from: `${name}.raw`,
    to: `${name}.curated`,
    stages: [stage(plugins.length, { minWords: 1 })],
  });
}

async function produce(log: Log, name: string, ids: readonly string[]): Promise<void> {
  const messages = ids.map((id) => ({
    value: Buffer.from(JSON.stringify({ id, instruction: "What is it?" })),
  }));
  await log.append(`${name}.raw`, messages);
}

async function curated(log: Log, name: string): Promise<(string | undefined)[]> {
  const keys: (string | undefined)[] = [];
  for await (const { key } of log.scan(`${name}.curated`)) keys.push(key?.toString());
  return keys;
}

it("a source made anew with more records than had been read is not read on in its middle; a reset curates it", async () => {
  await withKafkaLog(async (log) => {
    const name = unique("anew");
    const pipeline = lengths(name);
    await produce(log, name, ["a", "b"]);
    await runUntilIdle(log, [pipeline]);

    await log.topics.delete(`${name}.raw`);
    await produce(log, name, ["c", "d", "e", "f", "g", "h"]);
    await expect(runUntilIdle(log, [pipeline])).rejects.toMatchObject({
      code: "MGP_TOPIC_RECREATED",
      message: expect.stringContaining(`${name}.raw/0`),
    });
    expect(await curated(log, name)).toEqual(["a", "b"]);

    await log.reset(name, [`${name}.curated`, `${name}.rejected`, `${name}.quarantine`, `${name}.plans`]);
    await runUntilIdle(log, [pipeline]);
    expect(await curated(log, name)).toEqual(["c", "d", "e", "f", "g", "h"]);
  });
});

it("a reader does not go from a topic to another of its name, even where its offset is in range", async () => {
  const config = configFor(await sharedCluster());
  const topic = await makeTopic(config);
  await write(config, topic, 0, ["a", "b"]);
  const topicId = await withAdmin(config, (admin) => admin.id(topic));
  const from = { topic, partition: 0, offset: 0n, topicId: topicId! };
  const reader = await PartitionReader.open(config, [from], bufferBytes);
  expect(values((await reader.read(plenty, never)).records)).toEqual(["a", "b"]);

  const reading = (async () => {
    for (;;) expect((await reader.read(plenty, never)).records).toEqual([]);
  })();
  const refused = expect(reading).rejects.toMatchObject({ code: "MGP_TOPIC_RECREATED" });
  await withAdmin(config, async (admin) => {
    await admin.delete(topic);
    await admin.create(topic, 1, {});
  });
  await write(config, topic, 0, ["c", "d", "e", "f"]);
  await refused;
  await reader.close();
});

it("a changelog that is deleted while its pipeline's process lives is an error, not a start from the beginning", async () => {
  await withKafkaLog(async (log, options) => {
    const name = unique("anew");
    const pipeline = lengths(name);
    await produce(log, name, ["a", "b"]);
    await runUntilIdle(log, [pipeline]);
    await withAdmin(options.kafka, async (admin) => {
      const changelogs = (await admin.list()).filter((t) => t.includes(name) && t.endsWith(".changelog"));
      expect(changelogs).toHaveLength(1);
      await admin.delete(changelogs[0]!);
    });
    await expect(runUntilIdle(log, [pipeline])).rejects.toMatchObject({ code: "MGP_TOPIC_RECREATED" });
    expect(await curated(log, name)).toEqual(["a", "b"]);
  });
});

it("an id is the topic's own: unknown without a topic, the same twice, another for another", async () => {
  await withAdmin(configFor(await sharedCluster()), async (admin) => {
    const topic = unique("topic".repeat(30));
    expect(await admin.id(topic)).toBeUndefined();
    await admin.create(topic, 3, {});
    const first = await admin.id(topic);
    expect(first).toMatch(/^[0-9a-f]{32}$/);
    expect(await admin.id(topic)).toBe(first);
    await admin.delete(topic);
    await admin.create(topic, 3, {});
    expect(await admin.id(topic)).not.toBe(first);
  });
});
