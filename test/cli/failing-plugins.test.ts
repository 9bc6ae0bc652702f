import { expect, test } from "vitest";
import { lines, type Workspace, workspace } from "./cli-harness.ts";

/** A local filter whose `measure` is `body`; `batch` and `signal` are in scope. */
function filterFile(body: string): string {
  return `import { closed, defineFilter, instructionOf, keep, Type } from "magpie-stream";
export default defineFilter({
  meta: { name: "local", version: "1.0.0", summary: "A local filter.", config: closed({}),
    measures: closed({ ok: Type.Boolean() }), reasons: {} },
  setup: () => ({ measure: async (batch, signal) => { ${body} } }),
  decide: () => keep,
});
`;
}

async function spaceWith(body: string, options = ""): Promise<Workspace> {
  const space = await workspace(`version: 1
name: test
log: { kind: embedded, path: ./store }
pipelines:
  clean:
    from: raw
    to: curated
    stages: [ { use: ./local.ts${options} } ]
`);
  await space.write("local.ts", filterFile(body));
  const instructions = ["one", "two", "bad", "three", "four"];
  const file = await space.write(
    "a.jsonl",
    lines(...instructions.map((text) => ({ id: text, instruction: text }))),
  );
  await space.run(["produce", "raw", file]);
  return space;
}

/** Runs to the end, and gives the curated ids and the quarantined ones with their errors. */
async function outcome(space: Workspace) {
  const { code } = await space.run(["run", "--until-idle"]);
  const curated = (await space.run(["tap", "curated"])).stdout.split("\n").filter((line) => line !== "");
  const { entries } = JSON.parse((await space.run(["quarantine", "list", "--json"])).stdout);
  return {
    code,
    curated: curated.map((line) => JSON.parse(line).id),
    quarantined: entries.map((entry: { id: string; error: { code: string } }) => [
      entry.id,
      entry.error.code,
    ]),
    verified: (await space.run(["verify"])).code,
  };
}

const onlyBadFails = (code: string) => ({
  code: 0,
  curated: ["one", "two", "three", "four"],
  quarantined: [["bad", code]],
  verified: 0,
});

test("a plugin that throws on a record costs that record only", async () => {
  const space = await spaceWith(
    'if (batch.some((r) => instructionOf(r) === "bad")) throw new TypeError("cannot read this"); return batch.map(() => ({ ok: true }));',
  );
  expect(await outcome(space)).toEqual(onlyBadFails("MGP_PLUGIN_THREW"));
});

test("a plugin that hangs on a record costs that record only", async () => {
  const space = await spaceWith(
    'if (batch.some((r) => instructionOf(r) === "bad")) await new Promise(() => {}); return batch.map(() => ({ ok: true }));',
    ", timeoutMs: 50, retries: 0",
  );
  expect(await outcome(space)).toEqual(onlyBadFails("MGP_PLUGIN_TIMEOUT"));
});

test("a plugin that loops for ever without yielding costs that record only, in a worker thread", async () => {
  const space = await spaceWith(
    'if (batch.some((r) => instructionOf(r) === "bad")) for (;;); return batch.map(() => ({ ok: true }));',
    ", timeoutMs: 300, retries: 0, workers: 1",
  );
  expect(await outcome(space)).toEqual(onlyBadFails("MGP_PLUGIN_TIMEOUT"));
}, 60_000);

test("a plugin that returns the wrong number of results costs the records it cannot answer alone", async () => {
  const space = await spaceWith(
    'return batch.filter((r) => instructionOf(r) !== "bad").map(() => ({ ok: true }));',
  );
  expect(await outcome(space)).toEqual(onlyBadFails("MGP_PLUGIN_RESULT"));
});

test("a plugin whose measures do not fit its own schema costs that record only", async () => {
  const space = await spaceWith(
    'return batch.map((r) => (instructionOf(r) === "bad" ? { ok: 1 } : { ok: true }));',
  );
  expect(await outcome(space)).toEqual(onlyBadFails("MGP_PLUGIN_RESULT"));
});

test("a plugin that cannot be set up is exit 2 and says which", async () => {
  const space = await spaceWith("return [];");
  await space.write(
    "local.ts",
    filterFile("return [];")
      .replace("setup: () => (", 'setup: () => { throw new Error("no model"); return ')
      .replace("} }),", "} }; },"),
  );
  const { code, stderr } = await space.run(["run", "--until-idle"]);
  expect([code, stderr]).toEqual([
    2,
    "error MGP_PLUGIN_SETUP: stage local (local@1.0.0) cannot be set up: no model\n",
  ]);
});
