import { describe, expect, it } from "vitest";
import { bandKeys, chooseBands } from "../../../plugins/minhash-dedup/bands.ts";
import { createSigner } from "../../../plugins/minhash-dedup/create-signer.ts";
import minhashDedup from "../../../plugins/minhash-dedup/plugin.ts";
import { Shingler } from "../../../plugins/minhash-dedup/shingler.ts";
import type { StatefulInstance } from "../../../src/core/plugin.ts";
import { type At, formatPosition } from "../../../src/core/position.ts";
import type { MagpieRecord, Measures } from "../../../src/core/record.ts";
import { MemoryState } from "../../../src/testing/memory-state.ts";
import { createTestContext } from "../../../src/testing/test-context.ts";
import { bandKeysOf, shinglesOf, signatureOf } from "./by-the-book.ts";

type Config = Parameters<typeof minhashDedup.decide>[1];

const defaults: Config = {
  field: "instruction",
  threshold: 0.8,
  permutations: 128,
  shingle: { by: "auto", size: null },
  maxRecords: 1000,
  maxBytes: "1GiB",
  maxAge: null,
};

const signal = new AbortController().signal;

function asked(id: string, content: string): MagpieRecord {
  return { id, turns: [{ role: "user", content }], provenance: {}, measures: {}, tags: {}, extra: {} };
}

function at(offset: number, streamTime = 0, original = offset): At {
  const position = { topic: "in", partition: 0, offset: BigInt(offset) };
  return { ...position, streamTime, original: formatPosition({ ...position, offset: BigInt(original) }) };
}

/** One stage: its instance over a state. */
class Stage {
  readonly state: MemoryState;
  readonly #config: Config;
  #instance: StatefulInstance<Measures> | undefined;

  constructor(config: Partial<Config> = {}, state = new MemoryState()) {
    this.#config = { ...defaults, ...config };
    this.state = state;
  }

  async open(): Promise<StatefulInstance<Measures>> {
    if (this.#instance === undefined) {
      const instance = await minhashDedup.setup(this.#config, createTestContext(""));
      await instance.restore?.(this.state);
      this.#instance = instance as StatefulInstance<Measures>;
    }
    return this.#instance;
  }

  async admit(record: MagpieRecord, position: At): Promise<Measures> {
    const instance = await this.open();
    const [prepared] = await instance.prepare([record], signal);
    return instance.admit(prepared as Uint8Array, record, position, this.state);
  }

  summary(): unknown {
    const { key, read } = minhashDedup.stateSummary!;
    return read(this.state.get(key));
  }

  /** The holder each text gets, in this order, as `offset`; null where it is kept. */
  async holders(texts: readonly string[], from = 0): Promise<readonly (string | null)[]> {
    const holders: (string | null)[] = [];
    for (const [i, text] of texts.entries()) {
      const { holder } = await this.admit(asked(`${from + i}`, text), at(from + i));
      holders.push(holder as string | null);
    }
    return holders;
  }
}

const essay = (ending: string) =>
  `Write a detailed essay about how the invention of the printing press changed the way in which people in Europe shared what they knew, ${ending}`;

function numbered(count: number): readonly string[] {
  return Array.from({ length: count }, (_, i) => `Explain topic number ${i} to a child of ${i % 7} years.`);
}

describe("near-duplicates", () => {
  it("are named by position and id of the holder, with the true similarity and the band that found them", async () => {
    const stage = new Stage();
    const [a, b] = [
      essay("and compare it with the internet."),
      essay("and compare it with the internet today."),
    ];
    await stage.admit(asked("first", a), at(0));
    const [s, t] = [shinglesOf(a), shinglesOf(b)];
    const shared = s.filter((x) => t.includes(x)).length;
    expect(await stage.admit(asked("second", b), at(1))).toEqual({
      holder: "in/0/0 first",
      jaccard: shared / (s.length + t.length - shared),
      band: expect.any(Number),
      shingles: t.length,
      compared: 1,
      evicted: 0,
    });
  });

  it("never hold: a chain of small edits ends where it is too far from the first", async () => {
    const words = Array.from({ length: 40 }, (_, i) => `word${i}`);
    const edited = (edits: number) => words.map((word, i) => (i < edits ? `${word}x` : word)).join(" ");
    const stage = new Stage();
    expect(await stage.holders([0, 1, 2, 3, 4, 5, 6, 7, 8].map((n) => edited(n)))).toEqual([
      null,
      ...Array(4).fill("in/0/0 0"),
      null,
      ...Array(2).fill("in/0/5 5"),
      null,
    ]);
  });

  it("are found by a stage opened on the state of another, which then has the same state", async () => {
    const texts = numbered(300);
    const more = [...texts.slice(0, 150), ...numbered(400).slice(300)];
    const whole = new Stage();
    await whole.holders(texts);
    const expected = await whole.holders(more, 1000);
    const first = new Stage();
    await first.holders(texts);
    const second = new Stage({}, first.state);
    expect(await second.holders(more, 1000)).toEqual(expected);
    expect(second.state.snapshot()).toEqual(whole.state.snapshot());
  });

  it("are not made by a replay of the holder, which then holds the text at its new position", async () => {
    const stage = new Stage();
    const text = essay("in a page.");
    const position = [at(0), at(7, 0, 0), at(8), at(9, 0, 0)];
    const holders: unknown[] = [];
    for (const [i, where] of position.entries()) {
      const id = i === 2 ? "b" : "a";
      holders.push((await stage.admit(asked(id, text), where))["holder"]);
    }
    expect(holders).toEqual([null, null, "in/0/7 a", null]);
    expect(stage.summary()).toEqual({
      records: 1,
      bytes: expect.any(Number),
      evicted: 0,
    });
  });

  it("are found when what was prepared comes from elsewhere, at any place in any buffer", async () => {
    const instance = await minhashDedup.setup(defaults, createTestContext(""));
    const state = new MemoryState();
    const measures: unknown[] = [];
    for (const [i, id] of ["first", "second"].entries()) {
      const record = asked(id, "a text that is asked for twice in a row, and found");
      const [prepared] = await instance.prepare([record], new AbortController().signal);
      const elsewhere = Buffer.concat([Buffer.from("x"), prepared as Uint8Array]).subarray(1);
      measures.push(await instance.admit(elsewhere, record, at(i), state));
    }
    expect(measures).toMatchObject([{ holder: null }, { holder: "in/0/0 first", jaccard: 1 }]);
  });

  it("after a rollback are those of the last commit", async () => {
    const texts = numbered(50);
    const stage = new Stage();
    const untouched = new Stage();
    for (const each of [stage, untouched]) {
      await each.holders(texts.slice(0, 25));
      (await each.open()).commit?.();
    }
    const discarded = new MemoryState();
    for (const [key, value] of stage.state.entries()) discarded.put(key, value);
    const instance = await stage.open();
    for (const [i, text] of texts.slice(25).entries()) {
      const [prepared] = await instance.prepare([asked("x", text)], signal);
      await instance.admit(prepared as Uint8Array, asked("x", text), at(100 + i), discarded);
    }
    instance.rollback?.();
    expect(await stage.holders(texts, 200)).toEqual(await untouched.holders(texts, 200));
    expect(stage.state.snapshot()).toEqual(untouched.state.snapshot());
  });
});

describe("caps", () => {
  it("forget the oldest records, and count them", async () => {
    const stage = new Stage({ maxRecords: 10 });
    const texts = numbered(12);
    await stage.holders(texts);
    expect(await stage.holders([texts[0]!, texts[11]!], 100)).toEqual([null, "in/0/11 11"]);
    expect(stage.summary()).toEqual({
      records: 10,
      bytes: expect.any(Number),
      evicted: 3,
    });
  });

  it("hold for the bytes of the state", async () => {
    const stage = new Stage({ maxBytes: 4000 });
    await stage.holders(numbered(100));
    const bytes = [...stage.state.entries("h")].reduce(
      (sum, [key, value]) => sum + key.length + value.length,
      0,
    );
    const summary = stage.summary();
    expect(summary).toMatchObject({ bytes });
    expect(bytes).toBeLessThanOrEqual(4000);
    expect(bytes).toBeGreaterThan(3000);
  });

  it("hold for age in stream time, and never for a clock", async () => {
    const stage = new Stage({ maxAge: "1m" });
    const text = essay("in a page.");
    const outcomes: unknown[] = [];
    for (const [i, time] of [0, 30_000, 60_000, 60_001].entries())
      outcomes.push(await stage.admit(asked(`${i}`, text), at(i, time)));
    expect(outcomes.map((measures) => (measures as Measures)["holder"])).toEqual([
      null,
      "in/0/0 0",
      "in/0/0 0",
      null,
    ]);
    expect(outcomes[3]).toMatchObject({ evicted: 1 });
  });

  it("lowered on an old state take effect with the next record", async () => {
    const stage = new Stage({ maxRecords: 100 });
    const texts = numbered(100);
    await stage.holders(texts);
    const lowered = new Stage({ maxRecords: 10 }, stage.state);
    await lowered.holders(["Something else altogether, please."], 500);
    expect(lowered.summary()).toMatchObject({ records: 10, evicted: 91 });
  });
});

describe("many records of one template", () => {
  it("are compared with a bounded number of others, and the same ones after a restart", async () => {
    const words = Array.from({ length: 60 }, (_, i) => `common${i}`).join(" ");
    const texts = Array.from({ length: 300 }, (_, i) =>
      [words, ...Array.from({ length: 40 }, (_, j) => `own${i}x${j}`)].join(" "),
    );
    const stage = new Stage();
    await stage.holders(texts.slice(0, 200));
    const reopened = new Stage({}, stage.state);
    for (const [i, text] of texts.slice(200).entries()) {
      const measures = await reopened.admit(asked(`${i}`, text), at(1000 + i));
      expect(measures["holder"]).toBe(null);
      expect(measures["compared"]).toBeLessThanOrEqual(128);
    }
  });
});

it("signs and bands as the written rules say", () => {
  const text = essay("in a page, 猫 & all.");
  const shingler = new Shingler({ by: "auto", size: null });
  shingler.shingle(text);
  const signature = new Uint32Array(128);
  createSigner(128).sign(shingler.shingles, shingler.count, signature);
  expect([...signature]).toEqual(signatureOf(shinglesOf(text), 128));
  const layout = chooseBands(128, 0.8);
  const keys = new Uint32Array(layout.bands);
  bandKeys(signature, layout, keys);
  expect([...keys]).toEqual(bandKeysOf([...signature], 0.8));
});

it("needs new state when what is compared changes, and not when a cap does", () => {
  const { field, threshold, permutations, shingle } = defaults;
  expect(minhashDedup.fingerprint(defaults)).toEqual({ field, threshold, permutations, shingle });
});
