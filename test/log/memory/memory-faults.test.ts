import { expect, it } from "vitest";
import { MagpieError } from "../../../src/core/errors.ts";
import { MemoryFaults } from "../../../src/log/memory/memory-faults.ts";
import { createMemoryLog } from "../../../src/log/memory/memory-log.ts";
import {
  bytes,
  commitRead,
  message,
  never,
  openTask,
  output,
  plenty,
  scanAll,
  segmentOf,
  text,
  texts,
} from "../contract/harness.ts";

const full = new MagpieError("MGP_LOG_FULL", "the disk is full");
const segment = segmentOf("p", "in");

it("a planned failure comes once, before or after the work", async () => {
  const faults = new MemoryFaults();
  const log = createMemoryLog({ faults });
  faults.next("append", "before", full);
  await expect(log.append("in", [message("a")])).rejects.toBe(full);
  faults.next("append", "after", full);
  await expect(log.append("in", [message("b")])).rejects.toBe(full);
  await log.append("in", [message("c")]);
  expect(texts(await scanAll(log, "in"))).toEqual(["b", "c"]);

  const task = await openTask(log, segment);
  faults.next("read", "before", full);
  await expect(task.read(plenty, never)).rejects.toBe(full);
  faults.next("commit", "before", full);
  faults.next("commit", "after", full);
  await expect(commitRead(task, [], { outputs: [output("out", "1")] })).rejects.toBe(full);
  await expect(commitRead(task, [], { outputs: [output("out", "2")] })).rejects.toBe(full);
  expect(texts(await scanAll(log, "out"))).toEqual(["2"]);

  faults.next("answer", "before", full);
  await expect(log.answers.put("k", bytes("1"))).rejects.toBe(full);
  await log.answers.put("k", bytes("2"));
  expect(text(await log.answers.get("k"))).toBe("2");
});

it("a stolen pipeline fences its owner and may be opened by another", async () => {
  const faults = new MemoryFaults();
  const log = createMemoryLog({ faults });
  const task = await openTask(log, segment);
  await expect(openTask(log, segment)).rejects.toMatchObject({ code: "MGP_LEASE_HELD" });
  faults.steal("p");
  await expect(commitRead(task, [], { outputs: [output("out", "1")] })).rejects.toMatchObject({
    code: "MGP_TASK_FENCED",
  });
  await expect(task.read(plenty, never)).rejects.toMatchObject({ code: "MGP_TASK_FENCED" });
  const second = await openTask(log, segment);
  await task.close();
  await commitRead(second, [], { outputs: [output("out", "2")] });
  expect(texts(await scanAll(log, "out"))).toEqual(["2"]);
});
