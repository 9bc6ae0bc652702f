import { describe, expect, it } from "vitest";
import { type Workspace, workspace } from "../cli-harness.ts";

const config = (stages: string) => `version: 1
name: test
log: { kind: embedded, path: ./store }
pipelines:
  clean:
    from: raw
    to: curated
    stages:
${stages}`;

const near = (options: string) => `      - { use: length, with: { field: instruction, minWords: 2 } }
      - { id: near, use: minhash-dedup, with: { ${options} } }
`;

const lines = ["What is entropy?", "what is entropy", "Why is the sky blue?", "Why"]
  .map((instruction, i) => JSON.stringify({ id: `${i}`, instruction }))
  .join("\n");

async function ranWith(options: string): Promise<Workspace> {
  const place = await workspace(config(near(options)));
  const file = await place.write("in.jsonl", lines);
  expect((await place.run(["produce", "raw", file])).code).toBe(0);
  expect((await place.run(["run", "--until-idle"])).code).toBe(0);
  return place;
}

async function edit(place: Workspace) {
  const { code, stdout } = await place.run(["plan", "--json"]);
  return { code, ...JSON.parse(stdout).pipelines[0] };
}

describe("magpie plan", () => {
  it("shows stages, the curve of the bands, bounds and what the state holds", async () => {
    const place = await ranWith("threshold: 0.8");
    const { code, pipeline, from, to, stages, edit: effect } = await edit(place);
    expect({ code, pipeline, from, to, effect }).toEqual({
      code: 0,
      pipeline: "clean",
      from: ["raw"],
      to: [{ topic: "curated" }],
      effect: { kind: "unchanged", commit: expect.any(Number) },
    });
    expect(stages[1]).toEqual({
      id: "near",
      plugin: "minhash-dedup@1.0.0",
      kind: "stateful",
      options: {
        batch: 256,
        concurrency: 8,
        timeoutMs: expect.any(Number),
        retries: expect.any(Number),
        workers: 0,
      },
      forecast: {
        summary: "21 bands of 6 rows",
        memoryBytes: expect.any(Number),
        storeBytes: 2 ** 32,
        curve: { measure: "Jaccard", threshold: 0.8, points: expect.any(Array) },
      },
      state: { records: 2, bytes: expect.any(Number), evicted: 0 },
    });
    expect(stages[1].forecast.curve.points).toContainEqual({
      similarity: 0.8,
      found: 1 - (1 - 0.8 ** 6) ** 21,
    });
  });

  it("shows what the state holds beside the ledger too", async () => {
    const place = await ranWith("threshold: 0.8");
    const { stdout } = await place.run(["ledger", "--json"]);
    expect(JSON.parse(stdout).pipelines.clean.stages[1].state).toEqual({
      records: 2,
      bytes: expect.any(Number),
      evicted: 0,
    });
    expect((await place.run(["ledger"])).stdout).toMatch(/near remembers 2 records · \d+ B · 0 evicted/);
  });

  it("says that a pipeline is new before it has run", async () => {
    const place = await workspace(config(near("threshold: 0.8")));
    const { stdout } = await place.run(["plan"]);
    expect(stdout).toContain("  new: starts with the oldest records of its sources\n");
  });

  it("lists what an edit changes that is in force from the next commit on", async () => {
    const place = await ranWith("threshold: 0.8");
    await place.write("magpie.yaml", config(near("threshold: 0.8, maxRecords: 2000").replace("2 }", "1 }")));
    const { code, edit: effect } = await edit(place);
    expect({ code, effect }).toEqual({
      code: 0,
      effect: {
        kind: "new plan",
        commit: expect.any(Number),
        changes: [
          { setting: "length.minWords", from: 2, to: 1 },
          { setting: "near.maxRecords", from: 4_000_000, to: 2000 },
        ],
      },
    });
    expect((await place.run(["run", "--until-idle"])).code).toBe(0);
  });

  it("says which edit is refused and the ways out, as run does", async () => {
    const place = await ranWith("threshold: 0.8");
    await place.write("magpie.yaml", config(near("shingle: { by: word, size: 2 }")));
    const { code, edit: effect } = await edit(place);
    expect({ code, effect }).toEqual({
      code: 2,
      effect: {
        kind: "refused",
        commit: expect.any(Number),
        stages: ["near"],
        changes: [
          { setting: "near.shingle.by", from: "auto", to: "word" },
          { setting: "near.shingle.size", from: null, to: 2 },
        ],
      },
    });
    const { stdout } = await place.run(["plan"]);
    expect(stdout).toContain("  magpie reset clean: curate everything again; paid answers stay\n");
    const run = await place.run(["run", "--until-idle"]);
    expect([run.code, run.stderr]).toEqual([2, expect.stringContaining("near changed")]);
  });

  it.each([
    ["threshold: 1", "threshold: expected a number greater than 0 and less than 1, got 1"],
    ["permutations: 100", "permutations: expected a multiple of 8 from 16 to 1024, got 100"],
    ["maxRecords: 10", "maxRecords: expected a whole number of at least 1000, got 10"],
    ["maxBytes: 5kB", "maxBytes:"],
    ["threshold: 0.1, permutations: 16", "16 permutations miss 19 % of the pairs at the threshold 0.1"],
    ["shingle: { size: 4 }", "`auto` chooses the size by the text; leave `size` out"],
  ])("refuses %j with file and line", async (options, message) => {
    const place = await workspace(config(near(options)));
    const { code, stdout } = await place.run(["lint"]);
    expect(code).toBe(2);
    expect(stdout).toMatch(/magpie\.yaml:10:\d+ pipelines\.clean\.stages\[1\]\.with/);
    expect(stdout).toContain(message);
  });
});
