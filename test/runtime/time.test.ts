import fc from "fast-check";
import { Type } from "typebox";
import { describe, expect, it } from "vitest";
import { MagpieError } from "../../src/core/errors.ts";
import { defineStateful, type Plugin } from "../../src/core/plugin.ts";
import { closed } from "../../src/core/schema.ts";
import { keep } from "../../src/core/verdict.ts";
import { MemoryFaults } from "../../src/log/memory/memory-faults.ts";
import { createMemoryLog } from "../../src/log/memory/memory-log.ts";
import { appendJson, outputsOf, pipelineOf, runUntilIdle, stageOf, valuesOf } from "./support.ts";

/** Measures the stream time a record is admitted at, and the first random number it is given. */
const clock: Plugin = defineStateful({
  meta: {
    name: "clock",
    version: "1.0.0",
    summary: "Tells the time.",
    config: closed({}),
    measures: closed({ streamTime: Type.Number(), random: Type.Number() }),
    reasons: {},
  },
  fingerprint: () => 1,
  decide: () => keep,
  setup: (_config, context) => ({
    prepare: (batch) => batch.map(() => new Uint8Array(0)),
    admit: (_prepared, record, at) => ({ streamTime: at.streamTime, random: context.random(record)() }),
  }),
});

const pipeline = pipelineOf([stageOf(clock)]);

interface Timed {
  readonly measures: { readonly clock: { readonly streamTime: number; readonly random: number } };
}

describe("stream time", () => {
  it("is the largest `created` so far in log order, whatever restarts and fails between", async () => {
    const created = fc.option(fc.integer({ min: -5, max: 40 }), { nil: undefined });
    const restarts = fc.array(fc.nat(5), { minLength: 1, maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(fc.array(created, { minLength: 1, maxLength: 60 }), restarts, async (times, sizes) => {
        const values = times.map((created, id) => ({
          id: `${id}`,
          turns: [{ role: "user", content: "x" }],
          provenance: created === undefined ? {} : { created },
        }));
        const whole = createMemoryLog();
        await appendJson(whole, "raw", values);
        await runUntilIdle(whole, [pipeline]);
        const faults = new MemoryFaults();
        const log = createMemoryLog({ faults });
        for (let next = 0, turn = 0; next < values.length; turn++) {
          const size = 1 + sizes[turn % sizes.length]!;
          await appendJson(log, "raw", values.slice(next, next + size));
          next += size;
          if (turn % 2 === 1) faults.next("commit", "after", new MagpieError("MGP_LOG_UNAVAILABLE", "away"));
          if (turn % 3 !== 0) await runUntilIdle(log, [pipeline]);
        }
        await runUntilIdle(log, [pipeline]);
        expect(await outputsOf(log, pipeline)).toEqual(await outputsOf(whole, pipeline));
        const curated = await valuesOf<Timed>(log, "curated");
        let largest = 0;
        const expected = times.map((created) => (largest = Math.max(largest, created ?? 0)));
        expect(curated.map(({ measures }) => measures.clock.streamTime)).toEqual(expected);
      }),
      { numRuns: 8 },
    );
  }, 20_000);
});
