import { from, lastValueFrom, Subject, toArray } from "rxjs";
import { describe, expect, it } from "vitest";
import type { MagpieRecord } from "../../src/core/record.ts";
import { curate, type Outcome } from "../../src/runtime/curate.ts";
import { curateFrom } from "../../src/runtime/curate-from.ts";
import { minimum, once, stageOf, transformWith } from "./support.ts";

function recordOf(id: string, instruction: string): MagpieRecord {
  return {
    id,
    turns: [{ role: "user", content: instruction }],
    provenance: {},
    measures: {},
    tags: {},
    extra: {},
  };
}

const records = ["hello", "no", "hello", "world", "bad"].map((text, i) => recordOf(`${i}`, text));
const stages = [stageOf(minimum, { min: 3 }), stageOf(once, { explodeOn: "bad" })];
const expected = ["curated 0", "rejected 1", "rejected 2", "curated 3", "quarantined 4"];

function shown(outcome: Outcome): string {
  return `${outcome.kind} ${outcome.kind === "quarantined" ? outcome.entry.id : outcome.record.id}`;
}

describe("curate", () => {
  it("gives one outcome per record, in order, for an observable of one's own", async () => {
    const outcomes = await lastValueFrom(from(records).pipe(curate(stages), toArray()));
    expect(outcomes.map(shown)).toEqual(expected);
  });

  it("hands on the error of its source", async () => {
    const source = new Subject<MagpieRecord>();
    const outcomes = lastValueFrom(source.pipe(curate(stages), toArray()));
    source.error(new Error("source broke"));
    await expect(outcomes).rejects.toThrow("source broke");
  });

  it("errors when the source pushes more than may be under way", async () => {
    const endless = transformWith(() => new Promise(() => {}));
    const outcomes = lastValueFrom(
      from(records).pipe(curate([stageOf(endless)], { maxPending: 4 }), toArray()),
    );
    await expect(outcomes).rejects.toMatchObject({ code: "MGP_CURATE_PENDING" });
  });

  it("refuses stages with worker threads", async () => {
    const outcomes = lastValueFrom(
      from(records).pipe(curate([stageOf(minimum, {}, { workers: 1 })]), toArray()),
    );
    await expect(outcomes).rejects.toMatchObject({ code: "MGP_CONFIG_INVALID" });
  });
});

describe("curateFrom", () => {
  it("gives one outcome per record, in order, for anything that can be iterated", async () => {
    const outcomes: string[] = [];
    for await (const outcome of curateFrom(records, stages)) outcomes.push(shown(outcome));
    expect(outcomes).toEqual(expected);
  });

  it("asks its source only while there is room for the answers", async () => {
    let asked = 0;
    async function* source() {
      for (let i = 0; i < 100; i++) {
        asked++;
        yield recordOf(`${i}`, `text ${i}`);
      }
    }
    let taken = 0;
    for await (const _ of curateFrom(source(), stages, { maxPending: 8 })) {
      taken++;
      await new Promise((resolve) => setImmediate(resolve));
      expect(asked - taken).toBeLessThanOrEqual(9);
      if (taken === 40) break;
    }
    expect(taken).toBe(40);
  });

  it("hands on the error of its source", async () => {
    async function* source() {
      yield recordOf("0", "hello");
      throw new Error("source broke");
    }
    const take = async () => {
      for await (const _ of curateFrom(source(), stages));
    };
    await expect(take()).rejects.toThrow("source broke");
  });
});
