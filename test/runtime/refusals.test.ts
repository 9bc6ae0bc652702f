import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { MagpieError } from "../../src/core/errors.ts";
import type { QuarantineEntry } from "../../src/core/outcome.ts";
import type { Commit, Log } from "../../src/log/log.ts";
import { createMemoryLog } from "../../src/log/memory/memory-log.ts";
import { readLedger } from "../../src/runtime/read-ledger.ts";
import { verifyPipeline } from "../../src/runtime/verify.ts";
import {
  appendJson,
  once,
  outputsOf,
  pipelineOf,
  runUntilIdle,
  stageOf,
  tampered,
  valuesOf,
} from "./support.ts";

const dedup = pipelineOf([stageOf(once, { explodeOn: "" })]);

/** A log that refuses every commit with an output that `isRefused`, as a broker refuses what is too large. */
function refusing(log: Log, isRefused: (output: Commit["outputs"][number]) => boolean) {
  let refusals = 0;
  const refuse = tampered(log, (commit) => {
    const found = commit.outputs.find(isRefused);
    if (found === undefined) return commit;
    refusals++;
    throw new MagpieError("MGP_LOG_REFUSED", `writing to ${found.topic}/0: too large`);
  });
  return { log: refuse, refusals: () => refusals };
}

const textOf = ({ value }: { readonly value: Uint8Array }) => Buffer.from(value).toString();

describe("a record that the log refuses to write", () => {
  it("goes to quarantine alone, and all others are as if it had been dropped there", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.oneof({ weight: 8, arbitrary: fc.nat(40) }, { weight: 1, arbitrary: fc.constant(-1) }), {
          maxLength: 120,
        }),
        fc.integer({ min: 1, max: 60 }),
        async (numbers, commitRecords) => {
          const lines = numbers.map((n, id) => ({
            id,
            instruction: n === -1 ? `poison ${id}` : `text ${n}`,
          }));
          const plain = createMemoryLog();
          await appendJson(plain, "raw", lines);
          const { log, refusals } = refusing(plain, (output) => textOf(output).includes("poison"));
          const commit = { records: commitRecords, bytes: 1_000_000, everyMs: 2 };
          await runUntilIdle(log, [dedup], { commit });

          const poisoned = lines.filter(({ instruction }) => instruction.startsWith("poison"));
          const quarantined = await valuesOf<QuarantineEntry>(plain, "p.quarantine");
          expect(quarantined.map(({ id, error }) => [id, error])).toEqual(
            poisoned.map(({ id }) => [
              String(id),
              { code: "MGP_LOG_REFUSED", message: "writing to curated/0: too large" },
            ]),
          );
          expect(refusals() > 0).toEqual(poisoned.length > 0);
          expect((await verifyPipeline(plain, dedup)).problems).toEqual([]);
          const account = (await readLedger(plain, [dedup], { digest: false })).pipelines["p"]!;
          expect([account.balanced, account.quarantined]).toEqual([true, poisoned.length]);

          const without = createMemoryLog();
          await appendJson(without, "raw", lines);
          await runUntilIdle(without, [dedup]);
          const expected = (await outputsOf(without, dedup))["p.rejected"];
          expect((await outputsOf(plain, dedup))["p.rejected"]).toEqual(expected);
        },
      ),
      { numRuns: 15 },
    );
  }, 60_000);

  it("ends the run when its quarantine entry is refused as well, with what to do", async () => {
    const plain = createMemoryLog();
    await appendJson(plain, "raw", [
      { id: 1, instruction: "good" },
      { id: 2, instruction: "poison" },
    ]);
    const { log } = refusing(plain, ({ headers }) => headers?.["magpie-source"] === "raw/0/1");
    await expect(runUntilIdle(log, [dedup])).rejects.toMatchObject({
      code: "MGP_COMMIT_REFUSED",
      message: expect.stringContaining("raise max.message.bytes"),
    });
    expect((await valuesOf<{ id: string }>(plain, "curated")).map(({ id }) => id)).toEqual(["1"]);
  });
});
