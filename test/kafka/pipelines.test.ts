import { readFile } from "node:fs/promises";
import { gunzipSync } from "node:zlib";
import { expect, it } from "vitest";
import { recordedInputs, topicContents } from "../../scripts/kafka/topic-contents.ts";
import { plugins } from "../../src/builtins.ts";
import { definePipeline, stage } from "../../src/config/define-pipeline.ts";
import type { Pipeline } from "../../src/core/pipeline.ts";
import type { Log } from "../../src/log/log.ts";
import { createMemoryLog } from "../../src/log/memory/memory-log.ts";
import { readLedger } from "../../src/runtime/read-ledger.ts";
import { verifyPipeline } from "../../src/runtime/verify.ts";
import { runUntilIdle } from "../runtime/support.ts";
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

it("a chain of pipelines over one partition gives the same bytes as on one machine", async () => {
  await withKafkaLog(async (kafka) => {
    const name = unique("c");
    const pipelines = chain(name);
    const memory = createMemoryLog();
    for (const log of [memory, kafka]) {
      await produced(log, name, 1);
      await runUntilIdle(log, pipelines.slice(0, 1));
    }
    const [expected, found] = await Promise.all(
      [memory, kafka].map((log) => topicContents(log, pipelines[0], { withPlans: true })),
    );
    expect(found).toEqual(expected);
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
    await memory.topics.ensure(`${name}.raw`, { partitions: 4 });
    await memory.topics.ensure(`${name}.middle`, { partitions: 2 });
    for (const [topic, messages] of await recordedInputs(kafka, pipelines[0]))
      await memory.append(topic, messages);
    await runUntilIdle(memory, pipelines.slice(0, 1));
    const [expected, found] = await Promise.all(
      [memory, kafka].map((log) => topicContents(log, pipelines[0], { withPlans: false })),
    );
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
