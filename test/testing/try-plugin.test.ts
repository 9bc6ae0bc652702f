import { join } from "node:path";
import { expect, test } from "vitest";
import { pluginFromProgram, plugins } from "../../src/index.ts";
import { buildRecord, buildRecords, tryPlugin } from "../../src/testing/index.ts";
import { once } from "../runtime/support.ts";

test("a filter tells measures, verdict and tags of each record", async () => {
  const records = [buildRecord({ instruction: "Hi" }), buildRecord({ instruction: "What is entropy?" })];
  const [short, long] = await tryPlugin(plugins.length, records, { field: "instruction", minWords: 2 });
  expect(short).toMatchObject({
    kind: "judged",
    measures: { words: 1 },
    verdict: { keep: false, reasons: [{ code: "too_few_words", observed: 1, limit: 2 }] },
    tags: {},
  });
  expect(long).toMatchObject({ kind: "judged", measures: { words: 3 }, verdict: { keep: true } });
});

test("a stateful plugin sees the records in order, and what it kept of them", async () => {
  const records = buildRecords(3, (i) => ({ instruction: ["a", "b", "a"][i]! }));
  const outcomes = await tryPlugin(once, records);
  expect(outcomes.map((outcome) => outcome.kind === "judged" && outcome.verdict.keep)).toEqual([
    true,
    true,
    false,
  ]);
});

test("a program is tried like any other plugin", async () => {
  const folder = join(import.meta.dirname, "../exec/programs");
  const plugin = await pluginFromProgram(["python3", "./words.py"], { folder, env: process.env });
  expect(await tryPlugin(plugin, [buildRecord({ instruction: "Hi" })])).toMatchObject([
    { kind: "judged", measures: { words: 1 }, verdict: { keep: false }, tags: { size: "small" } },
  ]);
});

test("a config that the schema refuses is refused, with its keys", async () => {
  await expect(tryPlugin(plugins.length, [], { minWords: -1 })).rejects.toMatchObject({
    code: "MGP_CONFIG_INVALID",
    message: expect.stringContaining("minWords: "),
  });
});

test("a record that is built cannot be changed, and has the parts it is given", () => {
  const record = buildRecord({ id: "a", instruction: "Hi" }, { measures: { near: { similarity: 0.5 } } });
  expect(record).toEqual({
    id: "a",
    turns: [{ role: "user", content: "Hi" }],
    provenance: {},
    measures: { near: { similarity: 0.5 } },
    tags: {},
    extra: {},
  });
  expect(() => Object.assign(record.turns[0]!, { content: "changed" })).toThrow(TypeError);
});
