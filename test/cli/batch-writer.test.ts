import { expect, test } from "vitest";
import { BatchWriter } from "../../src/cli/batch-writer.ts";
import { MemoryFaults } from "../../src/log/memory/memory-faults.ts";
import { createMemoryLog } from "../../src/log/memory/memory-log.ts";

const record = (line: number) => ({ line, nth: 1, bytes: Buffer.from(`record ${line}`) });

async function writer(faults = new MemoryFaults()) {
  const log = createMemoryLog({ faults });
  await log.topics.ensure("raw", { partitions: 1 });
  return { log, batches: new BatchWriter({ append: log.append.bind(log), maxAppendBytes: 40 }, "raw", 20) };
}

test("nothing is appended while the file may still be atomic, then all of it at once", async () => {
  const { batches } = await writer();
  for (let line = 1; line <= 5; line++) batches.add(record(line));
  await batches.flushFull(0);
  expect({ appended: batches.appended, taken: batches.taken, next: batches.next }).toEqual({
    appended: 0,
    taken: { records: 5, bytes: 40 },
    next: { line: 1, nth: 1 },
  });
  await batches.flush();
  expect({ appended: batches.appended, bytes: batches.bytes }).toEqual({ appended: 5, bytes: 40 });
});

test("a file that is too large is appended in batches", async () => {
  const { batches } = await writer();
  for (let line = 1; line <= 7; line++) batches.add(record(line));
  await batches.flushFull(0);
  expect({ appended: batches.appended, next: batches.next }).toEqual({
    appended: 6,
    next: { line: 7, nth: 1 },
  });
});

test("a file known to be too large is appended in batches from the start", async () => {
  const { batches } = await writer();
  for (let line = 1; line <= 4; line++) batches.add(record(line));
  await batches.flushFull(41);
  expect({ appended: batches.appended, next: batches.next }).toEqual({
    appended: 3,
    next: { line: 4, nth: 1 },
  });
});

test("after a failed append, next is the first record that is not in the log", async () => {
  const faults = new MemoryFaults();
  const { log, batches } = await writer(faults);
  for (let line = 1; line <= 3; line++) batches.add(record(line));
  await batches.flushFull(41);
  for (let line = 4; line <= 7; line++) batches.add(record(line));
  faults.next("append", "before", new Error("the disk is full"));
  await expect(batches.flushFull(41)).rejects.toThrow("the disk is full");
  const stored = (await log.topics.get("raw"))?.ranges;
  expect({ next: batches.next, stored }).toEqual({
    next: { line: 4, nth: 1 },
    stored: [{ partition: 0, start: 0n, end: 3n }],
  });
});
