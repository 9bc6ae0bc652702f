import { expect, test } from "vitest";
import type { JsonObject } from "../../src/core/json.ts";
import { readRecord } from "../../src/core/read-record.ts";
import { createMemoryLog, definePipeline, plugins, runPipelines, stage } from "../../src/index.ts";
import { blocksOf } from "./blocks.ts";

const document = "docs/records.md";
const [curated, input, rejected, quarantined] = blocksOf(document, "json").map(
  (text) => JSON.parse(text) as JsonObject,
);

test("the documented shapes say the same", () => {
  const rows = blocksOf(document, "jsonl").flatMap((text) => text.trimEnd().split("\n"));
  expect(rows).toHaveLength(8);
  for (const [offset, row] of rows.entries()) {
    const { turns } = readRecord(Buffer.from(row), { topic: "raw", partition: 0, offset: BigInt(offset) });
    expect(turns.map(({ role, content }) => ({ role, content }))).toEqual([
      { role: "user", content: "What is entropy?" },
      { role: "assistant", content: "A measure of disorder." },
    ]);
  }
});

test("the documented records are what a pipeline makes of the documented inputs", async () => {
  const log = createMemoryLog();
  const inputs = [JSON.stringify(input), '{"instruction": "What is entropy?"}', "not json"];
  await log.append(
    "raw",
    inputs.map((text) => ({ value: Buffer.from(text) })),
  );
  const stages = [stage(plugins.length, { field: "instruction", minWords: 3 }), stage(plugins.exactDedup)];
  const pipeline = definePipeline({ name: "x", from: "raw", to: "curated", stages });
  await runPipelines({ log, pipelines: [pipeline], untilIdle: true });

  const written = async (topic: string) => {
    for await (const { value } of log.scan(topic)) return JSON.parse(Buffer.from(value).toString());
  };
  const plan = "5f0c…";
  expect({ ...(await written("curated")), plan }).toEqual(curated);
  expect({ ...(await written("x.rejected")), plan }).toEqual(rejected);
  expect(await written("x.quarantine")).toEqual(quarantined);
});
