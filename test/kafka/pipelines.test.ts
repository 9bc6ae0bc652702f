import { readFile } from "node:fs/promises";
import { gunzipSync } from "node:zlib";
import { expect, it } from "vitest";
import { plugins } from "../../src/builtins.ts";
import { definePipeline, stage } from "../../src/config/define-pipeline.ts";
import { outputTopics, type Pipeline } from "../../src/core/pipeline.ts";
import { parsePosition } from "../../src/core/position.ts";
import type { Log } from "../../src/log/log.ts";
import { createMemoryLog } from "../../src/log/memory/memory-log.ts";
import { readLedger } from "../../src/runtime/read-ledger.ts";
import { verifyPipeline } from "../../src/runtime/verify.ts";
import { messagesOf, runUntilIdle } from "../runtime/support.ts";
import { unique } from "./harness.ts";
import { withKafkaLog } from "./kafka-log-harness.ts";

const rows = gunzipSync(
  await readFile(new URL("../../examples/data/generations-narrow.jsonl.gz", import.meta.url)),
)
  .toString()
  .trim()
  .split("\n")
  .slice(0, 1_500);

/** Two pipelines, one behind the other, so that the second one's input is transactional. */
function chain(name: string): readonly [Pipeline, Pipeline] {
  return [
    definePipeline({
      name: `${name}-first`,
      from: `${name}.raw`,
      to: `${name}.middle`,
      stages: [
        stage(plugins.sanitize),
        stage(plugins.format),
        stage(plugins.exactDedup, { by: "instruction" }),
        stage(plugins.minhashDedup, { threshold: 0.7 }),
      ],
    }),
    definePipeline({
      name: `${name}-second`,
      from: `${name}.middle`,
      to: [
        { topic: `${name}.english`, when: 'tags.language == "en"' },
        { topic: `${name}.long`, when: "measures.length.words >= 20" },
      ],
      stages: [
        stage(plugins.language),
        stage(plugins.length, { field: "instruction" }),
        stage(plugins.exactDedup, { by: "id" }),
      ],
    }),
  ];
}

async function produced(log: Log, name: string, partitions: number): Promise<void> {
  await log.topics.ensure(`${name}.raw`, { partitions });
  await log.append(
    `${name}.raw`,
    rows.map((row, i) => ({ value: Buffer.from(row), timestamp: 1_000 + i })),
  );
}

/** What topics hold, partition by partition, but for offsets: Kafka's have gaps. */
async function contentsOf(log: Log, pipeline: Pipeline): Promise<Record<string, readonly string[]>> {
  const contents: Record<string, readonly string[]> = {};
  for (const topic of outputTopics(pipeline))
    contents[topic] = [...(await messagesOf(log, topic))]
      .sort((a, b) => a.position.partition - b.position.partition)
      .map(
        ({ position, key, value, headers, timestamp }) =>
          `${position.partition} ${key} ${JSON.stringify(Object.entries(headers).sort())} ${topic.endsWith("plans") ? "" : timestamp} ${Buffer.from(value).toString()}`,
      );
  return contents;
}

it("a chain of pipelines over one partition gives the same bytes as on one machine", async () => {
  await withKafkaLog(async (kafka) => {
    const name = unique("c");
    const pipelines = chain(name);
    const memory = createMemoryLog();
    for (const log of [memory, kafka]) {
      await produced(log, name, 1);
      await runUntilIdle(log, pipelines.slice(0, 1));
    }
    expect(await contentsOf(kafka, pipelines[0])).toEqual(await contentsOf(memory, pipelines[0]));
    const reports = await Promise.all(
      [memory, kafka].map((log) => readLedger(log, pipelines.slice(0, 1), { digest: true })),
    );
    expect(reports[1]).toEqual(reports[0]);
  });
});

it("over four partitions it gives what one machine gives in the order that was recorded, and verify proves it", async () => {
  await withKafkaLog(async (kafka) => {
    const name = unique("c");
    const pipelines = chain(name);
    await produced(kafka, name, 4);
    await kafka.topics.ensure(`${name}.middle`, { partitions: 2 });
    await runUntilIdle(kafka, pipelines);

    const memory = createMemoryLog();
    const inputs = new Map(
      (await messagesOf(kafka, `${name}.raw`)).map((message) => [
        `${message.position.partition}/${message.position.offset}`,
        message,
      ]),
    );
    const order = await messagesOf(kafka, `${kafka.segments!.prefix}.${pipelines[0].name}.order-1`);
    await memory.topics.ensure(`${name}.raw`, { partitions: 4 });
    await memory.topics.ensure(`${name}.middle`, { partitions: 2 });
    await memory.append(
      `${name}.raw`,
      order.map(({ headers }) => {
        const { partition, offset } = parsePosition(headers["magpie-source"]!)!;
        const { value, timestamp } = inputs.get(`${partition}/${offset}`)!;
        return { value, timestamp, partition };
      }),
    );
    await runUntilIdle(memory, pipelines.slice(0, 1));
    const { [`${name}-first.plans`]: _, ...expected } = await contentsOf(memory, pipelines[0]);
    const { [`${name}-first.plans`]: __, ...found } = await contentsOf(kafka, pipelines[0]);
    expect(found).toEqual(expected);

    for (const pipeline of pipelines) {
      const report = await verifyPipeline(kafka, pipeline);
      expect(report.problems).toEqual([]);
      const account = (await readLedger(kafka, [pipeline], { digest: false })).pipelines[pipeline.name]!;
      expect([account.balanced, account.inFlight]).toEqual([true, 0]);
      expect(report.checked).toEqual({
        inputs: account.received,
        curated: account.curated,
        copies: account.copies,
        rejected: account.rejected,
        quarantined: 0,
        inFlight: 0,
      });
    }
  });
});
