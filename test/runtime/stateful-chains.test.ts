import { setTimeout as sleep } from "node:timers/promises";
import fc from "fast-check";
import { Type } from "typebox";
import { describe, expect, it } from "vitest";
import { MagpieError } from "../../src/core/errors.ts";
import { formatHolder } from "../../src/core/holder.ts";
import { defineStateful, type Plugin } from "../../src/core/plugin.ts";
import { closed } from "../../src/core/schema.ts";
import { instructionOf } from "../../src/core/text.ts";
import { drop, keep } from "../../src/core/verdict.ts";
import type { Log } from "../../src/log/log.ts";
import { MemoryFaults } from "../../src/log/memory/memory-faults.ts";
import { createMemoryLog } from "../../src/log/memory/memory-log.ts";
import { readLedger } from "../../src/runtime/read-ledger.ts";
import { verifyPipeline } from "../../src/runtime/verify.ts";
import {
  appendJson,
  minimum,
  outputsOf,
  pipelineOf,
  runUntilIdle,
  stageOf,
  transformWith,
} from "./support.ts";

/** What the instance of an {@link indexed} stage holds in memory, as the test sees it. */
interface Spy {
  index: Map<string, string>;
}

/**
 * Drops a text whose key (the text modulo a number) was seen, as often as it was seen. Its index in memory is what decides;
 * the state is only written, and read by `restore`. Fails in the middle of admitting every text that `fails` names.
 */
function indexed(spy: Spy, modulo: number, fails: (text: string) => boolean, isAsync: boolean): Plugin {
  return defineStateful({
    meta: {
      name: "indexed",
      version: "1.0.0",
      summary: "Drops what an index in memory knows.",
      config: closed({}),
      measures: closed({ holder: Type.String() }),
      reasons: { known: "Known as {ref}." },
    },
    fingerprint: () => modulo,
    decide: ({ holder }) => (holder === "" ? keep : drop({ code: "known", ref: holder })),
    setup: () => {
      const index = new Map<string, string>();
      let undo: (() => void)[] = [];
      spy.index = index;
      const put = (key: string, holder: string) => {
        const before = index.get(key);
        index.set(key, holder);
        undo.push(() => (before === undefined ? index.delete(key) : index.set(key, before)));
      };
      return {
        restore(state) {
          for (const [key, value] of state.entries())
            index.set(Buffer.from(key).toString(), Buffer.from(value).toString());
        },
        async prepare(batch) {
          await sleep(batch.length % 3);
          return batch.map((record) => Buffer.from(String(Number(instructionOf(record)) % modulo)));
        },
        admit(prepared, record, at, state) {
          const work = (): { holder: string } => {
            const key = Buffer.from(prepared).toString();
            const holder = index.get(key) ?? "";
            if (holder === "") {
              put(key, formatHolder(at, record.id));
              state.put(key, Buffer.from(formatHolder(at, record.id)));
            }
            if (fails(instructionOf(record) ?? "")) throw new Error("in the middle");
            return { holder };
          };
          return isAsync ? Promise.resolve().then(work) : work();
        },
        commit: () => {
          undo = [];
        },
        rollback: () => {
          for (const step of undo.reverse()) step();
          undo = [];
        },
      };
    },
  });
}

async function stateOf(log: Log, stage: string): Promise<readonly (readonly [string, string])[]> {
  const entries: [string, string][] = [];
  for await (const entry of log.scanState("p"))
    if (entry.stage === stage)
      entries.push([Buffer.from(entry.key).toString(), Buffer.from(entry.value).toString()]);
  return entries;
}

const inOrder = (index: ReadonlyMap<string, string>) => [...index].sort(([a], [b]) => (a < b ? -1 : 1));

describe("stateful stages with an index in memory", () => {
  it("agree with their state and with a run that takes one record at a time, whatever fails and overlaps", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.nat(60), { minLength: 1, maxLength: 400 }),
        fc.integer({ min: 2, max: 9 }),
        fc.integer({ min: 1, max: 300 }),
        fc.array(fc.constantFrom("before" as const, "after" as const), { maxLength: 3 }),
        async (numbers, failing, windowRecords, commitFaults) => {
          const fails = (text: string) => Number(text) % failing === 1;
          const failsLate = (text: string) => Number(text) % (failing + 1) === 2;
          const spies: readonly [Spy, Spy] = [{ index: new Map() }, { index: new Map() }];
          const pipeline = pipelineOf([
            stageOf(minimum, { min: 1 }, {}, "first"),
            stageOf(indexed(spies[0], 45, fails, true), {}, { batch: 7 }, "one"),
            stageOf(
              transformWith((texts) => sleep(texts.length % 4)),
              {},
              { batch: 5, concurrency: 3 },
              "between",
            ),
            stageOf(indexed(spies[1], 17, failsLate, false), {}, { batch: 16 }, "two"),
            stageOf(minimum, { min: 2 }, {}, "last"),
          ]);
          const run = async (faults: MemoryFaults, windowRecords: number) => {
            const log = createMemoryLog({ faults });
            await log.topics.ensure("raw", { partitions: 3 });
            await appendJson(
              log,
              "raw",
              numbers.map((number, id) => ({ id, instruction: `${number}` })),
            );
            await runUntilIdle(log, [pipeline], { limits: { windowBytes: 1_000_000, windowRecords } });
            expect(inOrder(spies[0].index)).toEqual(await stateOf(log, "one"));
            expect(inOrder(spies[1].index)).toEqual(await stateOf(log, "two"));
            const report = await verifyPipeline(log, pipeline);
            expect(report.problems).toEqual([]);
            const ledger = await readLedger(log, [pipeline], { digest: true });
            const orphaned = ledger.pipelines["p"]!.stages.reduce((sum, stage) => sum + stage.orphaned, 0);
            expect(orphaned).toBe(report.orphaned);
            return { outputs: await outputsOf(log, pipeline), ledger };
          };
          const faults = new MemoryFaults();
          for (const when of commitFaults)
            faults.next("commit", when, new MagpieError("MGP_LOG_UNAVAILABLE", "the log went away"));
          expect(await run(faults, windowRecords)).toEqual(await run(new MemoryFaults(), 1));
        },
      ),
      { numRuns: 12 },
    );
  }, 60_000);
});
