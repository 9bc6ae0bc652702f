import { describe, expect, it } from "vitest";
import type { Log } from "../../src/log/log.ts";
import { createMemoryLog } from "../../src/log/memory/memory-log.ts";
import { readLedger } from "../../src/runtime/read-ledger.ts";
import { verifyPipeline } from "../../src/runtime/verify.ts";
import { appendJson, messagesOf, minimum, pipelineOf, runUntilIdle, stageOf, tampered } from "./support.ts";

const pipeline = pipelineOf([stageOf(minimum, { min: 3 })]);

async function logWith(count: number): Promise<Log> {
  const log = createMemoryLog();
  for (const topic of ["raw", "curated", "p.rejected", "p.quarantine", "p.plans"])
    await log.topics.ensure(topic, { partitions: 1 });
  await appendJson(
    log,
    "raw",
    Array.from({ length: count }, (_, i) => ({ id: i, instruction: i % 3 === 0 ? "no" : "text" })),
  );
  return log;
}

describe("verify", () => {
  it("names an input that is in no output, though every counter balances", async () => {
    const log = await logWith(9);
    const losing = tampered(log, (commit) => ({
      ...commit,
      outputs: commit.outputs.filter((output) => output.headers?.["magpie-source"] !== "raw/0/4"),
    }));
    await runUntilIdle(losing, [pipeline]);
    expect((await readLedger(log, [pipeline], { digest: false })).pipelines["p"]!.balanced).toBe(true);
    expect(await verifyPipeline(log, pipeline)).toMatchObject({
      ok: false,
      problems: ["raw/0/4 was read, but is in no output"],
    });
  });

  it("names an input with two outputs", async () => {
    const log = await logWith(9);
    await runUntilIdle(log, [pipeline]);
    const [message] = await messagesOf(log, "curated");
    await log.append("p.rejected", [{ value: message!.value, headers: message!.headers }]);
    expect(await verifyPipeline(log, pipeline)).toMatchObject({
      ok: false,
      problems: ["raw/0/1 has more than one output; p.rejected/0/3 is one of them"],
    });
  });

  it("names an output whose input does not exist, and one that names none", async () => {
    const log = await logWith(3);
    await runUntilIdle(log, [pipeline]);
    await log.append("curated", [
      { value: Buffer.from("{}"), headers: { "magpie-pipeline": "p", "magpie-source": "other/0/0" } },
      { value: Buffer.from("{}"), headers: { "magpie-pipeline": "p" } },
    ]);
    expect((await verifyPipeline(log, pipeline)).problems).toEqual([
      "curated/0/2 was made from other/0/0, which is not an input of p",
      "curated/0/3 does not say which input it was made from",
    ]);
  });

  it("goes on past values that are not what belongs in their topic, and names the damaged bytes", async () => {
    const log = await logWith(3);
    await runUntilIdle(log, [pipeline]);
    const headers = { "magpie-pipeline": "p", "magpie-source": "raw/0/0" };
    for (const topic of ["p.rejected", "p.quarantine", "p.plans"])
      for (const value of ["", "null", "{}", "{not json"])
        await log.append(topic, [{ value: Buffer.from(value), headers }]);
    const { ok, problems } = await verifyPipeline(log, pipeline);
    expect(ok).toBe(false);
    expect(problems.filter((problem) => problem.startsWith("quarantine entry"))).toEqual(
      [0, 1, 2, 3].map(
        (offset) => `quarantine entry p.quarantine/0/${offset}: its bytes do not have the sha256 it names`,
      ),
    );
  });

  it("proves what it can where retention has removed outputs, and still finds what is lost after that", async () => {
    for (const lost of [undefined, "raw/0/3", "raw/0/40"]) {
      const log = await logWith(60);
      await log.topics.ensure("curated", { partitions: 2, retention: { bytes: 5_000 } });
      const losing = tampered(log, (commit) => ({
        ...commit,
        outputs: commit.outputs.filter((output) => output.headers?.["magpie-source"] !== lost),
      }));
      await runUntilIdle(losing, [pipeline], { commit: { records: 10, bytes: 1_000, everyMs: 5 } });
      const report = await verifyPipeline(log, pipeline);
      const from = Number(/^raw\/0 \[(\d+), 60\)$/.exec(report.retained.join())![1]);
      expect(from).toBeGreaterThan(3);
      expect(from).toBeLessThan(40);
      expect(report.problems).toEqual(lost === "raw/0/40" ? ["raw/0/40 was read, but is in no output"] : []);
    }
  });

  it("leaves out what a running owner commits after it began", async () => {
    const log = await logWith(6);
    await runUntilIdle(log, [pipeline]);
    await log.append("curated", [
      { value: Buffer.from("{}"), headers: { "magpie-pipeline": "p", "magpie-source": "raw/0/6" } },
    ]);
    expect(await verifyPipeline(log, pipeline)).toMatchObject({
      ok: true,
      checked: { inputs: 6, curated: 4 },
    });
  });
});
