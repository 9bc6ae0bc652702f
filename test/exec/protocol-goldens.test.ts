import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { Ajv2020 } from "ajv/dist/2020.js";
import { expect, test } from "vitest";
import { generateSchemas } from "../../scripts/generate-schemas.ts";
import type { JsonObject } from "../../src/core/json.ts";
import type { MagpieRecord } from "../../src/core/record.ts";
import { isRecordError } from "../../src/core/record-error.ts";
import { defaultStageOptions } from "../../src/core/stage-options.ts";
import { ExecProcess } from "../../src/exec/exec-process.ts";

interface Line {
  readonly from: "program" | "magpie-stream";
  readonly line: JsonObject & { readonly type: string };
}

const goldens = new URL("../../schemas/plugin-protocol/golden/v1/", import.meta.url);
const pathOf = (name: string) => fileURLToPath(new URL(`${name}.jsonl`, goldens));

function conversation(name: string): readonly Line[] {
  return readFileSync(pathOf(name), "utf8")
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as Line);
}

const never = new AbortController().signal;

/** Holds a golden conversation with a program that plays its other side; gives what was logged and what came of each batch. */
async function held(name: string) {
  const logged: unknown[] = [];
  const note = (...line: unknown[]) => void logged.push(line);
  const program = {
    command: [process.execPath, "programs/replay.mjs", pathOf(name)],
    folder: import.meta.dirname,
    env: {},
    sha256: undefined,
  };
  const logger = { debug: note, info: note, warn: note, error: note };
  const running = await ExecProcess.start({ ...defaultStageOptions, program, logger, signal: never });
  const outcomes: unknown[] = [];
  for (const { from, line } of conversation(name)) {
    if (from === "program") continue;
    if (line.type === "setup")
      await running.setUp(line["config"] as JsonObject, line["seed"] as string, 30_000);
    if (line.type === "batch")
      outcomes.push(
        await running
          .run(line["records"] as unknown as MagpieRecord[], never)
          .catch((error) => ({ ...error })),
      );
  }
  await running.close();
  const { message } = await running.ended;
  return { plugin: running.plugin, logged, outcomes, ended: message };
}

test.each(["filter", "transform", "failed-setup"])(
  "every line of the golden conversation %s is one of the protocol",
  (name) => {
    const schema = generateSchemas().get("schemas/plugin-protocol/v1.schema.json")!;
    const accepts = new Ajv2020({ strict: false }).compile(JSON.parse(schema));
    expect(conversation(name).filter(({ line }) => !accepts(line))).toEqual([]);
  },
);

test("a filter of the first version is understood, and spoken to as ever", async () => {
  const { plugin, logged, outcomes, ended } = await held("filter");
  expect(plugin).toMatchObject({ kind: "external-filter", meta: { name: "words", version: "1.2.0" } });
  expect(logged).toEqual([["ready in a moment", { model: "none" }]]);
  const [judged, failed] = outcomes as [readonly unknown[], object];
  expect(
    judged.map((each) => (isRecordError(each) ? { code: each.code, message: each.message } : each)),
  ).toEqual([
    { verdict: { keep: true }, measures: { words: 5 }, tags: { size: "large" } },
    {
      verdict: { keep: false, reasons: [{ code: "too_short", observed: 1, limit: 2, ref: "raw/0/0 a" }] },
      measures: { words: 1 },
      tags: {},
    },
    { verdict: { keep: true }, measures: { words: 3 }, tags: {} },
    { code: "NO_INSTRUCTION", message: "there is no user turn" },
  ]);
  expect(failed).toMatchObject({ code: "BUSY", retriable: true, retryAfterMs: 500 });
  expect(ended).toMatch(/ ended with code 0$/);
});

test("a transform of the first version is understood, and spoken to as ever", async () => {
  const { plugin, outcomes } = await held("transform");
  expect(plugin).toMatchObject({ kind: "external-transform", meta: { name: "shout" } });
  expect(outcomes).toMatchObject([
    [
      { id: "a", turns: [{ content: "Hi" }, { content: "HELLO" }] },
      { id: "b", turns: [{ content: "Hi" }] },
    ],
  ]);
});

test("a set-up that fails says what the program says", async () => {
  await expect(held("failed-setup")).rejects.toMatchObject({
    code: "MGP_PLUGIN_SETUP",
    message: "the model is not there",
  });
});
