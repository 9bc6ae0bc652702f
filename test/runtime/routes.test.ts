import fc from "fast-check";
import { Type } from "typebox";
import { describe, expect, it } from "vitest";
import exactDedup from "../../plugins/exact-dedup/plugin.ts";
import { defineFilter } from "../../src/core/plugin.ts";
import { closed } from "../../src/core/schema.ts";
import { instructionOf } from "../../src/core/text.ts";
import { keep } from "../../src/core/verdict.ts";
import type { Commit, Log } from "../../src/log/log.ts";
import { createMemoryLog } from "../../src/log/memory/memory-log.ts";
import { readLedger } from "../../src/runtime/read-ledger.ts";
import { verifyPipeline } from "../../src/runtime/verify.ts";
import { appendJson, messagesOf, pipelineOf, runUntilIdle, stageOf, tampered, valuesOf } from "./support.ts";

/** Tags instructions by their first letter. */
const letter = defineFilter({
  meta: {
    name: "letter",
    version: "1.0.0",
    summary: "Tags.",
    config: closed({}),
    measures: closed({ letter: Type.String(), chars: Type.Integer() }),
    tags: { letter: "The first letter." },
    reasons: {},
  },
  decide: () => keep,
  tag: ({ letter: value }) => ({ letter: value }),
  setup: () => ({
    measure: (batch) =>
      batch.map((record) => {
        const text = instructionOf(record) ?? "";
        return { letter: text.slice(0, 1), chars: text.length };
      }),
  }),
});

const pipeline = pipelineOf([stageOf(letter)], {
  to: [
    { topic: "a", when: 'tags.letter == "a"' },
    { topic: "long", when: "measures.letter.chars > 5" },
    { topic: "x", when: 'tags.letter == "x" and provenance.source != null' },
  ],
});

async function logWith(instructions: readonly string[]): Promise<Log> {
  const log = createMemoryLog();
  for (const topic of ["raw", "a", "long", "x", "p.rejected", "p.quarantine", "p.plans"])
    await log.topics.ensure(topic, { partitions: 1 });
  await appendJson(
    log,
    "raw",
    instructions.map((instruction, id) => ({ id, instruction })),
  );
  return log;
}

async function idsIn(log: Log, topic: string): Promise<readonly string[]> {
  return (await valuesOf<{ id: string }>(log, topic)).map(({ id }) => id);
}

type Outputs = Commit["outputs"];

describe("routes", () => {
  it("take a record to every topic whose condition it meets, and count the copies", async () => {
    const log = await logWith(["ab", "abcdef", "xbcdef", "x", "bcdefg"]);
    await runUntilIdle(log, [pipeline]);
    expect(await Promise.all(["a", "long", "x", "p.rejected"].map((topic) => idsIn(log, topic)))).toEqual([
      ["0", "1"],
      ["1", "2", "4"],
      ["2", "3"],
      [],
    ]);
    const { pipelines } = await readLedger(log, [pipeline], { digest: false });
    expect(pipelines["p"]).toEqual({
      received: 5,
      curated: 5,
      copies: 2,
      rejected: 0,
      quarantined: 0,
      inFlight: 0,
      balanced: true,
      stages: [
        { id: "letter", in: 5, kept: 5, dropped: 0, quarantined: 0, reasons: {}, orphaned: 0 },
        { id: "route", in: 5, kept: 5, dropped: 0, quarantined: 0, reasons: {}, orphaned: 0 },
      ],
    });
    expect(await verifyPipeline(log, pipeline)).toMatchObject({
      ok: true,
      checked: { inputs: 5, curated: 5, copies: 2, rejected: 0, quarantined: 0 },
      problems: [],
    });
  });

  it("give the same bytes to all topics a record goes to, and say to how many", async () => {
    const log = await logWith(["abcdef", "a"]);
    await runUntilIdle(log, [pipeline]);
    const [inA, single] = await messagesOf(log, "a");
    const [inLong] = await messagesOf(log, "long");
    expect(Buffer.from(inA!.value).toString()).toEqual(Buffer.from(inLong!.value).toString());
    expect([inA, inLong, single].map((message) => message!.headers["magpie-topics"])).toEqual([
      "2",
      "2",
      undefined,
    ]);
  });

  it("reject what none of them takes, as no_route, and the ledger counts it", async () => {
    const log = await logWith(["b", "ab"]);
    await runUntilIdle(log, [pipeline]);
    const [rejected] = await valuesOf<{ id: string; verdict: object }>(log, "p.rejected");
    expect([rejected!.id, rejected!.verdict]).toEqual([
      "0",
      {
        stage: "route",
        plugin: "",
        reasons: [
          {
            code: "no_route",
            message:
              'No route takes the record: ["a when tags.letter == \\"a\\"","long when measures.letter.chars > 5","x when tags.letter == \\"x\\" and provenance.source != null"].',
            limit: [
              'a when tags.letter == "a"',
              "long when measures.letter.chars > 5",
              'x when tags.letter == "x" and provenance.source != null',
            ],
          },
        ],
      },
    ]);
    const { pipelines } = await readLedger(log, [pipeline], { digest: false });
    expect(pipelines["p"]).toMatchObject({ received: 2, curated: 1, rejected: 1, balanced: true });
    expect(pipelines["p"]!.stages[1]).toEqual({
      id: "route",
      in: 2,
      kept: 1,
      dropped: 1,
      quarantined: 0,
      reasons: { no_route: 1 },
      orphaned: 0,
    });
    expect((await verifyPipeline(log, pipeline)).problems).toEqual([]);
  });

  it("leave nothing over when one of them takes every record", async () => {
    const open = pipelineOf([stageOf(letter)], {
      to: [{ topic: "all" }, { topic: "a", when: 'tags.letter == "a"' }],
    });
    const log = await logWith(["b", "ab"]);
    await runUntilIdle(log, [open]);
    expect([await idsIn(log, "all"), await idsIn(log, "a")]).toEqual([["0", "1"], ["1"]]);
    const { pipelines } = await readLedger(log, [open], { digest: false });
    expect(pipelines["p"]!.stages.map(({ id }) => id)).toEqual(["letter"]);
  });

  it("that reject a holder leave its duplicates orphaned, and these are counted", async () => {
    const dedup = pipelineOf(
      [
        stageOf(exactDedup, { by: "instruction", maxRecords: 100, maxBytes: 1_000_000, maxAge: null }),
        stageOf(letter),
      ],
      {
        to: [{ topic: "a", when: 'tags.letter == "a"' }],
      },
    );
    const log = await logWith(["b", "b", "a", "a"]);
    await runUntilIdle(log, [dedup]);
    const { pipelines } = await readLedger(log, [dedup], { digest: false });
    expect(pipelines["p"]!.stages[0]).toMatchObject({ dropped: 2, orphaned: 1 });
    expect((await verifyPipeline(log, dedup)).orphaned).toEqual(1);
  });

  it("may be edited: verify still finds what went where before", async () => {
    const log = await logWith(["abcdef", "x"]);
    await runUntilIdle(log, [pipeline]);
    await appendJson(log, "raw", [{ id: 9, instruction: "abcdef" }]);
    const edited = pipelineOf([stageOf(letter)], { to: "only" });
    await runUntilIdle(log, [edited]);
    expect(await idsIn(log, "only")).toEqual(["9"]);
    expect(await verifyPipeline(log, edited)).toMatchObject({
      checked: { inputs: 3, curated: 3, copies: 1 },
      problems: [],
    });
  });

  it("hide no loss: a copy that is missing, one too many, and a topic given a record twice are found", async () => {
    const first = (topic: string) => (outputs: Outputs) => {
      const found = outputs.findIndex((output) => output.topic === topic);
      return [outputs.slice(0, found), outputs[found]!, outputs.slice(found + 1)] as const;
    };
    const found = async (tamper: (outputs: Outputs) => Outputs) => {
      const log = await logWith(["abcdef"]);
      const tampering = tampered(log, (commit) => ({ ...commit, outputs: tamper(commit.outputs) }));
      await runUntilIdle(tampering, [pipeline]);
      return (await verifyPipeline(log, pipeline)).problems;
    };
    expect([
      await found((outputs) => outputs.filter(({ topic }) => topic !== "a")),
      await found((outputs) => outputs.filter(({ topic }) => topic !== "long")),
      await found((outputs) => {
        const [before, output, after] = first("a")(outputs);
        return [...before, output, { ...output, topic: "x" }, ...after];
      }),
      await found((outputs) => {
        const [before, output, after] = first("a")(outputs);
        return [...before, output, output, ...after];
      }),
    ]).toEqual([
      ["raw/0/0 went to several topics, but is not in all of them"],
      ["raw/0/0 went to several topics, but is not in all of them"],
      ["raw/0/0 has more than one output; x/0/0 is one of them"],
      ["raw/0/0 has more than one output; a/0/1 is one of them"],
    ]);
  });

  it("keep the account for any records and any conditions", async () => {
    const condition = fc.constantFrom(
      'tags.letter == "a"',
      'tags.letter in ["a", "b"]',
      "measures.letter.chars >= 2",
      "not (measures.letter.chars >= 2)",
      "false",
      "true",
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(condition, { minLength: 1, maxLength: 4 }),
        fc.array(fc.stringMatching(/^[abc]{1,3}$/), { maxLength: 40 }),
        async (conditions, instructions) => {
          const routed = pipelineOf([stageOf(letter)], {
            to: conditions.map((when, i) => ({ topic: `t${i}`, when })),
          });
          const log = await logWith(instructions);
          await runUntilIdle(log, [routed]);
          const written = (await Promise.all(conditions.map((_, i) => idsIn(log, `t${i}`)))).flat();
          const account = (await readLedger(log, [routed], { digest: false })).pipelines["p"]!;
          expect([account.balanced, account.curated + account.copies, account.curated]).toEqual([
            true,
            written.length,
            new Set(written).size,
          ]);
          expect((await verifyPipeline(log, routed)).problems).toEqual([]);
        },
      ),
      { numRuns: 30 },
    );
  });
});
