import { describe, expect, it } from "vitest";
import type { QuarantineEntry } from "../../src/core/outcome.ts";
import type { Plugin } from "../../src/core/plugin.ts";
import type { MagpieRecord } from "../../src/core/record.ts";
import type { Log } from "../../src/log/log.ts";
import { createMemoryLog } from "../../src/log/memory/memory-log.ts";
import { replayQuarantine } from "../../src/runtime/quarantine.ts";
import { readLedger } from "../../src/runtime/read-ledger.ts";
import { verifyPipeline } from "../../src/runtime/verify.ts";
import {
  appendJson,
  minimum,
  once,
  pipelineOf,
  runUntilIdle,
  stageOf,
  transformWith,
  valuesOf,
} from "./support.ts";

/** Fails on `x` until it is mended. */
function flaky(): { readonly plugin: Plugin; mend(): void } {
  let broken = true;
  const plugin = transformWith((texts) => {
    if (broken && texts.includes("x")) throw new Error("not yet");
  });
  return { plugin, mend: () => (broken = false) };
}

async function logWith(values: readonly unknown[]): Promise<Log> {
  const log = createMemoryLog();
  await log.topics.ensure("p.quarantine", { partitions: 1 });
  await appendJson(log, "raw", values);
  return log;
}

const idsIn = async (log: Log, topic: string) =>
  (await valuesOf<MagpieRecord>(log, topic)).map(({ id }) => id);

describe("a replayed record", () => {
  it("keeps the id it got from its first position, so that its random numbers and paid answers are the same", async () => {
    const { plugin, mend } = flaky();
    const log = await logWith([{ instruction: "x" }]);
    const pipeline = pipelineOf([stageOf(plugin)]);
    await runUntilIdle(log, [pipeline]);
    await replayQuarantine(log, pipeline, undefined);
    mend();
    await runUntilIdle(log, [pipeline]);
    const [record] = await valuesOf<MagpieRecord>(log, "curated");
    expect([record!.id, record!.provenance.source]).toEqual(["raw/0/0", "raw/0/1"]);
  });

  it("that cannot be read goes to quarantine again, as another attempt of the same", async () => {
    const log = await logWith(["{not json"]);
    const pipeline = pipelineOf([]);
    await runUntilIdle(log, [pipeline]);
    for (let attempt = 1; attempt < 4; attempt++) {
      expect(await replayQuarantine(log, pipeline, new Set(["raw/0/0"]))).toEqual({
        replayed: 1,
        skipped: 0,
      });
      expect(await replayQuarantine(log, pipeline, new Set(["raw/0/0"]))).toEqual({
        replayed: 0,
        skipped: 1,
      });
      await runUntilIdle(log, [pipeline]);
    }
    const entries = await valuesOf<QuarantineEntry>(log, "p.quarantine");
    expect(entries.map(({ position, original }) => [position, original])).toEqual(
      [0, 1, 2, 3].map((offset) => [`raw/0/${offset}`, "raw/0/0"]),
    );
    expect((await verifyPipeline(log, pipeline)).problems).toEqual([]);
  });

  it("is judged anew when another record took its place meanwhile, and everything still balances", async () => {
    const { plugin, mend } = flaky();
    const log = await logWith(["x", "y", "x"].map((instruction, id) => ({ id, instruction })));
    const pipeline = pipelineOf([
      stageOf(minimum, { min: 1 }),
      stageOf(once, { explodeOn: "" }),
      stageOf(plugin),
    ]);
    await runUntilIdle(log, [pipeline]);
    // The first holds "x" though it is in quarantine; the third is its duplicate: orphaned.
    await replayQuarantine(log, pipeline, undefined);
    mend();
    await runUntilIdle(log, [pipeline]);
    expect([await idsIn(log, "curated"), await idsIn(log, "p.rejected")]).toEqual([["1", "0"], ["2"]]);
    const { pipelines } = await readLedger(log, [pipeline], { digest: false });
    const { received, curated, rejected, quarantined, balanced, stages } = pipelines["p"]!;
    expect({ received, curated, rejected, quarantined, balanced }).toEqual({
      received: 4,
      curated: 2,
      rejected: 1,
      quarantined: 1,
      balanced: true,
    });
    const report = await verifyPipeline(log, pipeline);
    expect(report.problems).toEqual([]);
    expect(stages.map(({ orphaned }) => orphaned)).toEqual([0, report.orphaned, 0]);
  });

  it("does not come back to a pipeline that had read it without trouble", async () => {
    const { plugin, mend } = flaky();
    const log = await logWith([{ id: 1, instruction: "x" }]);
    const failing = pipelineOf([stageOf(plugin)]);
    const other = pipelineOf([], { name: "q", to: "other" });
    await runUntilIdle(log, [failing, other]);
    await replayQuarantine(log, failing, undefined);
    mend();
    await runUntilIdle(log, [failing, other]);
    expect([await idsIn(log, "curated"), await idsIn(log, "other")]).toEqual([["1"], ["1"]]);
    const { pipelines } = await readLedger(log, [failing, other], { digest: false });
    expect([pipelines["p"]!.received, pipelines["q"]!.received]).toEqual([2, 1]);
    for (const pipeline of [failing, other])
      expect((await verifyPipeline(log, pipeline)).problems).toEqual([]);
  });
});
