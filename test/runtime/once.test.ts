import { describe, expect, it } from "vitest";
import { MagpieError } from "../../src/core/errors.ts";
import type { AnswerKey } from "../../src/core/plugin.ts";
import type { Journal } from "../../src/log/log.ts";
import { answerName, createOnce } from "../../src/runtime/once.ts";

const plugin = { name: "respond", version: "1.0.0" };
const key: AnswerKey = { model: "m", prompt: "why?", parameters: { temperature: 0 }, sample: "r1/0" };

/** A journal as the contract asks for, in a map. */
class MapJournal implements Journal {
  readonly answers = new Map<string, Uint8Array>();

  async get(name: string) {
    return this.answers.get(name);
  }

  async put(name: string, answer: Uint8Array) {
    if (!this.answers.has(name)) this.answers.set(name, answer);
  }

  async size() {
    return { answers: this.answers.size, bytes: 0 };
  }
}

const journaled = (journal: MapJournal) =>
  [...journal.answers].map(([name, bytes]) => [name, new TextDecoder().decode(bytes)]);

describe("once", () => {
  it("asks, journals and then returns", async () => {
    const journal = new MapJournal();
    const answer = await createOnce(journal, plugin)(key, async () => ({ text: "because", tokens: 3 }));
    expect([answer, journaled(journal)]).toEqual([
      { text: "because", tokens: 3 },
      [[answerName(plugin, key), '{"text":"because","tokens":3}']],
    ]);
  });

  it("does not return before the answer is on disk", async () => {
    const steps: string[] = [];
    const journal = new MapJournal();
    const put = journal.put.bind(journal);
    journal.put = async (...args) => {
      await new Promise((resolve) => setImmediate(resolve));
      await put(...args);
      steps.push("journaled");
    };
    await createOnce(journal, plugin)(key, async () => "because");
    steps.push("returned");
    expect(steps).toEqual(["journaled", "returned"]);
  });

  it("never asks for what is journaled", async () => {
    const journal = new MapJournal();
    let asked = 0;
    const ask = async () => ++asked;
    const first = await createOnce(journal, plugin)(key, ask);
    const second = await createOnce(journal, plugin)({ ...key, parameters: { temperature: 0 } }, ask);
    expect([first, second, asked]).toEqual([1, 1, 1]);
  });

  it.each([
    ["plugin", { ...plugin, name: "other" }, key],
    ["version", { ...plugin, version: "1.0.1" }, key],
    ["model", plugin, { ...key, model: "n" }],
    ["prompt", plugin, { ...key, prompt: ["why?"] }],
    ["parameters", plugin, { ...key, parameters: { temperature: 1 } }],
    ["sample", plugin, { ...key, sample: "r1/1" }],
  ])("asks anew for another %s", async (_, otherPlugin, otherKey) => {
    const journal = new MapJournal();
    let asked = 0;
    const ask = async () => ++asked;
    await createOnce(journal, plugin)(key, ask);
    await createOnce(journal, otherPlugin)(otherKey, ask);
    expect(asked).toBe(2);
  });

  it("shares one ask between equal keys under way, also of two pipelines", async () => {
    const journal = new MapJournal();
    let asked = 0;
    const ask = async () => ++asked;
    const answers = await Promise.all([
      createOnce(journal, plugin)(key, ask),
      createOnce(journal, plugin)({ ...key }, ask),
      createOnce(journal, plugin)(key, ask),
    ]);
    expect([answers, asked]).toEqual([[1, 1, 1], 1]);
  });

  it("tells which answers were paid now", async () => {
    const journal = new MapJournal();
    const told: string[] = [];
    const once = createOnce(journal, plugin, (source) => told.push(source));
    await expect(once(key, () => Promise.reject(new Error("overloaded")))).rejects.toThrow("overloaded");
    await Promise.all([once(key, async () => "because"), once(key, async () => "never asked")]);
    await once(key, async () => "never asked");
    expect(told).toEqual(["bought", "reused", "reused"]);
  });

  it("does not share asks between journals", async () => {
    let asked = 0;
    const ask = async () => ++asked;
    const answers = await Promise.all([
      createOnce(new MapJournal(), plugin)(key, ask),
      createOnce(new MapJournal(), plugin)(key, ask),
    ]);
    expect([answers, asked]).toEqual([[1, 2], 2]);
  });

  it("neither journals nor keeps an ask that failed", async () => {
    const journal = new MapJournal();
    const once = createOnce(journal, plugin);
    const refused = await Promise.allSettled([
      once(key, () => Promise.reject(new Error("overloaded"))),
      once(key, () => Promise.reject(new Error("never asked"))),
    ]);
    const afterwards = await once(key, async () => "because");
    expect([refused.map((result) => (result as PromiseRejectedResult).reason), afterwards]).toEqual([
      [new Error("overloaded"), new Error("overloaded")],
      "because",
    ]);
  });

  it("returns the answer that was journaled first when another process was faster", async () => {
    const journal = new MapJournal();
    const answer = await createOnce(journal, plugin)(key, async () => {
      journal.answers.set(answerName(plugin, key), Buffer.from('"theirs"'));
      return "ours";
    });
    expect(answer).toBe("theirs");
  });

  it.each([
    ["no JSON", Buffer.from("{")],
    ["no UTF-8", Uint8Array.of(0x22, 0xff, 0x22)],
  ])("names the key of a journaled answer that is %s", async (_, bytes) => {
    const journal = new MapJournal();
    journal.answers.set(answerName(plugin, key), bytes);
    const refusal = await createOnce(journal, plugin)(key, async () => "because").catch((error) => error);
    expect([
      refusal instanceof MagpieError,
      refusal.code,
      refusal.message.includes(answerName(plugin, key)),
    ]).toEqual([true, "MGP_LOG_CORRUPT", true]);
  });

  it("refuses an answer JSON cannot carry, instead of journaling another", async () => {
    const journal = new MapJournal();
    const refusal = createOnce(journal, plugin)(key, async () => Number.NaN);
    await expect(refusal).rejects.toEqual(new TypeError("JSON cannot carry the number NaN"));
    expect(journaled(journal)).toEqual([]);
  });

  it("rejects with the journal's error when it cannot be written", async () => {
    const journal = new MapJournal();
    journal.put = () => Promise.reject(new MagpieError("MGP_LOG_FULL", "the disk is full"));
    await expect(createOnce(journal, plugin)(key, async () => "because")).rejects.toEqual(
      new MagpieError("MGP_LOG_FULL", "the disk is full"),
    );
  });
});
