import { setTimeout as sleep } from "node:timers/promises";
import { EMPTY, from, lastValueFrom, map, NEVER, range, Subject, take, toArray } from "rxjs";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Plugin } from "../../src/core/plugin.ts";
import type { MagpieRecord } from "../../src/core/record.ts";
import { curate, type Outcome } from "../../src/runtime/curate.ts";
import { curateFrom } from "../../src/runtime/curate-from.ts";
import { minimum, once, stageOf, transformWith } from "./support.ts";

const unhandled: unknown[] = [];
const note = (error: unknown) => unhandled.push(error);

beforeEach(() => {
  unhandled.length = 0;
  process.on("unhandledRejection", note);
});

afterEach(async () => {
  await sleep(10);
  process.off("unhandledRejection", note);
  expect(unhandled).toEqual([]);
});

function recordOf(number: number): MagpieRecord {
  const turns = [{ role: "user", content: `text ${number % 500}` }] as const;
  return { id: `${number}`, turns, provenance: {}, measures: {}, tags: {}, extra: {} };
}

/** A stage that counts how often it was set up and closed. */
function counted(setUpMs = 0) {
  const counts = { setUps: 0, closes: 0 };
  const plugin: Plugin = {
    ...minimum,
    async setup(config, context) {
      await sleep(setUpMs);
      counts.setUps++;
      return {
        ...(await minimum.setup(config as { min: number }, context)),
        close: () => void counts.closes++,
      };
    },
  };
  return { stage: stageOf(plugin, { min: 1 }), counts };
}

const broken: Plugin = {
  ...minimum,
  setup: () => {
    throw new Error("no such model");
  },
};

const idOf = (outcome: Outcome) => (outcome.kind === "quarantined" ? outcome.entry.id : outcome.record.id);

describe("curate", () => {
  it("takes what a source pushes all at once, and keeps its state from chunk to chunk", async () => {
    const slow = transformWith((texts) => sleep(texts.length % 5));
    const stages = [stageOf(slow, {}, { batch: 64 }), stageOf(once, { explodeOn: "" })];
    const outcomes = await lastValueFrom(range(0, 2_000).pipe(map(recordOf), curate(stages), toArray()));
    expect(outcomes.map(idOf)).toEqual(Array.from({ length: 2_000 }, (_, i) => `${i}`));
    expect(outcomes.filter(({ kind }) => kind === "curated").map(idOf)).toEqual(
      Array.from({ length: 500 }, (_, i) => `${i}`),
    );
  });

  it("completes with a source that has nothing, and closes its stages", async () => {
    const { stage, counts } = counted();
    expect(await lastValueFrom(EMPTY.pipe(curate([stage]), toArray()))).toEqual([]);
    await sleep(5);
    expect(counts).toEqual({ setUps: 1, closes: 1 });
  });

  it("closes its stages when it is unsubscribed from: while they are set up, while idle, in the middle", async () => {
    const slow = counted(20);
    NEVER.pipe(curate([slow.stage]))
      .subscribe()
      .unsubscribe();
    const idle = counted();
    const subscription = NEVER.pipe(curate([idle.stage])).subscribe();
    await sleep(10);
    subscription.unsubscribe();
    const middle = counted();
    await lastValueFrom(range(0, 900).pipe(map(recordOf), curate([middle.stage]), take(300)));
    await sleep(40);
    expect([slow.counts, idle.counts, middle.counts]).toEqual(
      Array.from({ length: 3 }, () => ({ setUps: 1, closes: 1 })),
    );
  });

  it("hands on that a stage cannot be set up, once, and closes those before it", async () => {
    const fine = counted();
    const errors: unknown[] = [];
    const told: string[] = [];
    const logger = { debug() {}, info() {}, warn() {}, error: (message: string) => void told.push(message) };
    const source = new Subject<MagpieRecord>();
    source
      .pipe(curate([fine.stage, stageOf(broken)], { logger }))
      .subscribe({ error: (error: { code: string }) => errors.push(error.code) });
    source.next(recordOf(1));
    await sleep(10);
    source.next(recordOf(2));
    expect([errors, fine.counts, told]).toEqual([["MGP_PLUGIN_SETUP"], { setUps: 1, closes: 1 }, []]);
  });

  it("can be subscribed to several times, each with a state of its own", async () => {
    const outcomes$ = from([recordOf(1), recordOf(1)]).pipe(
      curate([stageOf(once, { explodeOn: "" })]),
      toArray(),
    );
    const both = await Promise.all([lastValueFrom(outcomes$), lastValueFrom(outcomes$)]);
    for (const outcomes of both) expect(outcomes.map(({ kind }) => kind)).toEqual(["curated", "rejected"]);
  });
});

describe("curateFrom", () => {
  it("closes its stages and its source when the consumer leaves early, and when it throws", async () => {
    for (const leave of ["break", "throw"]) {
      const { stage, counts } = counted();
      let sourceClosed = 0;
      async function* source() {
        try {
          for (let i = 0; ; i++) yield recordOf(i);
        } finally {
          sourceClosed++;
        }
      }
      const consume = async () => {
        for await (const _ of curateFrom(source(), [stage], { maxPending: 10 })) {
          if (leave === "break") break;
          throw new Error("enough");
        }
      };
      if (leave === "break") await consume();
      else await expect(consume()).rejects.toThrow("enough");
      await sleep(10);
      expect([sourceClosed, counts]).toEqual([1, { setUps: 1, closes: 1 }]);
    }
  });

  it("throws that a stage cannot be set up, for a source with records and for one without", async () => {
    for (const records of [[], [recordOf(1)]]) {
      const consume = async () => {
        for await (const _ of curateFrom(records, [stageOf(broken)]));
      };
      await expect(consume()).rejects.toMatchObject({ code: "MGP_PLUGIN_SETUP" });
    }
  });

  it("gives nothing for nothing", async () => {
    const outcomes: Outcome[] = [];
    for await (const outcome of curateFrom([], [stageOf(minimum, { min: 1 })])) outcomes.push(outcome);
    expect(outcomes).toEqual([]);
  });

  it("has closed its stages when the last outcome was given", async () => {
    const { stage, counts } = counted();
    for await (const _ of curateFrom([recordOf(1)], [stage]));
    expect(counts).toEqual({ setUps: 1, closes: 1 });
  });
});
