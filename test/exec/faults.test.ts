import { copyFileSync, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { StageOptions } from "../../src/core/stage-options.ts";
import { createMemoryLog } from "../../src/log/memory/memory-log.ts";
import { readLedger } from "../../src/runtime/read-ledger.ts";
import { verifyPipeline } from "../../src/runtime/verify.ts";
import { appendJson, pipelineOf, runUntilIdle, valuesOf } from "../runtime/support.ts";
import { execStage } from "./support.ts";

const ids = ["a", "b", "c", "poison", "d", "e", "f", "g"];

/** Runs the faulty program over eight records, one of them its poison. */
async function runWith(fault: readonly string[], options: Partial<StageOptions>, file = "faulty.py") {
  const log = createMemoryLog();
  await appendJson(
    log,
    "raw",
    ids.map((id) => ({ id, instruction: "Hi" })),
  );
  const lines: string[] = [];
  const note = (message: string) => void lines.push(message);
  const pipeline = pipelineOf([await execStage([file, ...fault], { retries: 0, ...options })]);
  await runUntilIdle(log, [pipeline], { logger: { debug: note, info: note, warn: note, error: note } });
  const { pipelines } = await readLedger(log, [pipeline], { digest: false });
  const { received, curated, rejected, quarantined, balanced } = pipelines["p"]!;
  return {
    ledger: { received, curated, rejected, quarantined, balanced },
    verified: (await verifyPipeline(log, pipeline)).problems,
    curated: (await valuesOf<{ id: string }>(log, "curated")).map(({ id }) => id),
    quarantine: await valuesOf<{ id: string; error: { code: string; message: string } }>(log, "p.quarantine"),
    lines,
  };
}

test.each<[string, string, string, Partial<StageOptions>]>([
  ["crash", "MGP_PLUGIN_CRASHED", "ended with code 3; it wrote:\nabout to crash", {}],
  ["hang", "MGP_PLUGIN_TIMEOUT", "did not end within 700 ms", { timeoutMs: 700 }],
  ["garbage", "MGP_PLUGIN_PROTOCOL", 'wrote "hello there", which is no JSON', {}],
  ["wrong-id", "MGP_PLUGIN_PROTOCOL", "an answer to batch", {}],
  ["missing-verdict", "MGP_PLUGIN_RESULT", "returned 0 results for 1 records", {}],
  ["bad-verdict", "MGP_PLUGIN_RESULT", "gave no verdict", {}],
  ["flood", "MGP_PLUGIN_PROTOCOL", "bytes without a line end", {}],
  ["log-flood", "MGP_PLUGIN_TIMEOUT", "did not end within 700 ms", { timeoutMs: 700 }],
  ["stderr-flood", "MGP_PLUGIN_TIMEOUT", "did not end within 700 ms", { timeoutMs: 700 }],
  ["memory", "MGP_PLUGIN_MEMORY", "more than maxMemory (209715200)", { maxMemoryBytes: 200 * 2 ** 20 }],
])(
  "%s at one record puts that record alone into quarantine, and the account balances",
  async (fault, code, message, options) => {
    const { ledger, verified, curated, quarantine } = await runWith([fault], options);
    expect(ledger).toEqual({ received: 8, curated: 7, rejected: 0, quarantined: 1, balanced: true });
    expect(verified).toEqual([]);
    expect(curated).toEqual(ids.filter((id) => id !== "poison"));
    expect(quarantine.map(({ id, error }) => [id, error.code])).toEqual([["poison", code]]);
    expect(quarantine[0]!.error.message).toContain(message);
  },
  60_000,
);

test("an answer nobody asked for ends the program, and loses no record", async () => {
  const { ledger } = await runWith(["extra-answer"], {});
  expect(ledger).toEqual({ received: 8, curated: 8, rejected: 0, quarantined: 0, balanced: true });
});

test("a flood of log lines is cut to a hundred a second, and says so", async () => {
  const { lines } = await runWith(["log-flood"], { timeoutMs: 700 });
  expect(lines.filter((line) => line.endsWith(": again")).length).toBeLessThan(1000);
  expect(
    lines.some((line) => /^stage .*: \d+ more lines of the plugin's log were left out$/.test(line)),
  ).toBe(true);
});

test("a set-up that fails ends the pipeline with what the program says", async () => {
  await expect(runWith(["no-setup"], {})).rejects.toMatchObject({
    code: "MGP_PLUGIN_SETUP",
    message: expect.stringContaining("the model is not there"),
  });
});

test("a program whose file was edited is not started again under the old plan", async () => {
  const file = join(mkdtempSync(join(tmpdir(), "magpie-edit-")), "faulty.py");
  copyFileSync(join(import.meta.dirname, "programs/faulty.py"), file);
  await expect(runWith(["edit"], {}, file)).rejects.toMatchObject({
    code: "MGP_PLUGIN_SETUP",
    message: expect.stringContaining(`python3 ${file} edit consists of other files than when the pipeline`),
  });
});

test("a program that does not start again in time ends the pipeline, after several tries", async () => {
  const mark = join(mkdtempSync(join(tmpdir(), "magpie-slow-")), "started");
  await expect(runWith(["slow-start", mark], { startTimeoutMs: 1_000 })).rejects.toMatchObject({
    code: "MGP_PLUGIN_SETUP",
    message: expect.stringContaining("did not say what it is (hello) within 1000 ms"),
  });
}, 60_000);
