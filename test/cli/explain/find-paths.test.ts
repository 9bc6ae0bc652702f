import { expect, test } from "vitest";
import { findPaths } from "../../../src/cli/explain/find-paths.ts";
import type { RecordPath } from "../../../src/cli/explain/record-path.ts";
import { emptyLedger } from "../../../src/core/ledger.ts";
import { segmentsOf } from "../../../src/core/segments.ts";
import { headers, type Log } from "../../../src/log/log.ts";
import { createMemoryLog } from "../../../src/log/memory/memory-log.ts";
import { appendJson, bytesOf, once, pipelineOf, runUntilIdle, stageOf } from "../../runtime/support.ts";

const pipeline = pipelineOf([stageOf(once)]);

async function foundIn(log: Log, id: string): Promise<RecordPath> {
  const { records } = await findPaths(log, [pipeline], id);
  expect(records).toHaveLength(1);
  return records[0]!;
}

test("a record is followed through a pipeline in segments as through a whole one", async () => {
  const [whole, cut] = [createMemoryLog(), createMemoryLog({ segments: { prefix: "test" } })];
  for (const log of [whole, cut]) {
    await appendJson(log, "raw", [
      { id: 1, instruction: "Why?" },
      { id: 2, instruction: "Why?" },
    ]);
    await runUntilIdle(log, [pipeline]);
  }
  const path = await foundIn(cut, "2");
  expect(path).toEqual(await foundIn(whole, "2"));
  expect(path.visits).toMatchObject([{ read: "raw/0/1", outcome: "rejected", holders: [{ id: "1" }] }]);
});

test("a record between two segments is in flight, and one whose output was removed is said to be", async () => {
  const log = createMemoryLog({ segments: { prefix: "test" } });
  await appendJson(log, "raw", [
    { id: 1, instruction: "Why?" },
    { id: 2, instruction: "How?" },
    { id: 3, instruction: "Who?" },
  ]);
  const [first] = segmentsOf(pipeline, "test");
  const segment = { pipeline: pipeline.name, name: first.name, sources: first.sources };
  const task = await log.open({ segment, partition: 0 });
  await task.commit({
    checkpoint: {
      commit: 1,
      offsets: { "raw/0": "2" },
      streamTime: 0,
      plan: "",
      fingerprints: {},
      ledger: emptyLedger([]),
    },
    outputs: [{ topic: first.into!.name, value: bytesOf({}), headers: { [headers.source]: "raw/0/1" } }],
    state: [],
  });
  const states = await Promise.all(
    ["raw/0/0", "raw/0/1", "raw/0/2"].map(async (id) => (await foundIn(log, id)).ahead),
  );
  expect(states.flat().map(({ position, state }) => [position, state])).toEqual([
    ["raw/0/0", "removed"],
    ["raw/0/1", "in flight"],
    ["raw/0/2", "waiting"],
  ]);
});
