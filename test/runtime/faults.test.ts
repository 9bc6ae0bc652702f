import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { MagpieError } from "../../src/core/errors.ts";
import type { Log } from "../../src/log/log.ts";
import { MemoryFaults } from "../../src/log/memory/memory-faults.ts";
import { createMemoryLog } from "../../src/log/memory/memory-log.ts";
import { readLedger } from "../../src/runtime/read-ledger.ts";
import { verifyPipeline } from "../../src/runtime/verify.ts";
import { appendJson, minimum, once, outputsOf, pipelineOf, runUntilIdle, stageOf } from "./support.ts";

const pipeline = pipelineOf([stageOf(once, { explodeOn: "text 13" }), stageOf(minimum, { min: 7 })]);
const values = Array.from({ length: 1_500 }, (_, i) => ({ id: i, instruction: `text ${i % 400}` }));
const away = new MagpieError("MGP_LOG_UNAVAILABLE", "the log went away");

async function logWith(faults: MemoryFaults): Promise<Log> {
  const log = createMemoryLog({ faults });
  await log.topics.ensure("raw", { partitions: 3 });
  for (const topic of ["curated", "p.rejected", "p.quarantine", "p.plans"])
    await log.topics.ensure(topic, { partitions: 2 });
  await appendJson(log, "raw", values);
  return log;
}

async function resultOf(log: Log) {
  return {
    outputs: await outputsOf(log, pipeline),
    ledger: await readLedger(log, [pipeline], { digest: true }),
  };
}

describe("a task whose log fails", () => {
  it("reopens and gives the result of a run without failures, whether or not the failed commit had been written", async () => {
    const calm = await logWith(new MemoryFaults());
    await runUntilIdle(calm, [pipeline]);
    const expected = await resultOf(calm);
    const fault = fc.record({
      operation: fc.constantFrom("read", "commit"),
      when: fc.constantFrom("before", "after"),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(fault, { minLength: 1, maxLength: 6 }), async (plan) => {
        const faults = new MemoryFaults();
        const log = await logWith(faults);
        for (const { operation, when } of plan) faults.next(operation as "read", when as "before", away);
        await runUntilIdle(log, [pipeline]);
        expect(await resultOf(log)).toEqual(expected);
        expect((await verifyPipeline(log, pipeline)).problems).toEqual([]);
      }),
      { numRuns: 10 },
    );
  }, 30_000);

  it("stops with the log's own error when trying again cannot help", async () => {
    const faults = new MemoryFaults();
    const log = await logWith(faults);
    faults.next("commit", "before", new MagpieError("MGP_LOG_FULL", "no space left on the disk"));
    await expect(runUntilIdle(log, [pipeline])).rejects.toMatchObject({ code: "MGP_LOG_FULL", exit: 75 });
    expect(await log.checkpoints("p")).toEqual([]);
    await runUntilIdle(log, [pipeline]);
    expect((await verifyPipeline(log, pipeline)).ok).toBe(true);
  });

  it("leaves a stolen task to its new owner without another write", async () => {
    const faults = new MemoryFaults();
    const log = await logWith(faults);
    const fenced = new MagpieError("MGP_LEASE_HELD", "p is owned by another");
    faults.next("read", "after", fenced);
    await expect(runUntilIdle(log, [pipeline])).rejects.toBe(fenced);
  });
});
