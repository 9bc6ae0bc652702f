import { describe, expect, it } from "vitest";
import { lines, type Workspace, workspace } from "../cli-harness.ts";

const config = `version: 1
name: test
log: { kind: embedded, path: ./store }
pipelines:
  long:
    from: curated
    to: kept
    stages: [{ use: length, with: { field: instruction, minWords: 4 } }]
  clean:
    from: raw
    to: curated
    stages:
      - use: sanitize
      - { use: length, with: { field: instruction, minWords: 2 } }
      - { id: near, use: minhash-dedup, with: { threshold: 0.3 } }
`;

const records = [
  { id: "a", instruction: "Why is the sky so blue today?" },
  { id: "b", instruction: "Why is the sky so red today?" },
  { id: "c", instruction: "- Name it." },
];

async function produced(text: string, configuration = config): Promise<Workspace> {
  const space = await workspace(configuration);
  await space.run(["produce", "raw", await space.write("in.jsonl", text)]);
  return space;
}

async function ran(text: string = lines(...records), configuration = config): Promise<Workspace> {
  const space = await produced(text, configuration);
  expect((await space.run(["run", "--until-idle"])).code).toBe(0);
  return space;
}

/** What people read, without the part of it that a plan's hash is. */
async function shown(space: Workspace, id: string, columns = 80): Promise<string> {
  const ran = await space.run(["explain", id], { terminal: columns, env: { NO_COLOR: "1" } });
  expect([ran.code, ran.stderr]).toEqual([0, ""]);
  return ran.stdout.replace(/plan [0-9a-f]{12}/g, "plan 0123456789ab");
}

async function explained(space: Workspace, id: string) {
  const { code, stdout } = await space.run(["explain", id, "--json"]);
  expect(code).toBe(0);
  return JSON.parse(stdout);
}

describe("magpie explain", () => {
  it("shows a near-duplicate beside its holder, words that differ in brackets", async () => {
    expect(await shown(await ran(), "b")).toBe(`b  raw/0/1
  Why is the sky so red today?

clean  read at raw/0/1 · plan 0123456789ab
  ✔ sanitize  sanitize@1.0.0
      settings  compat fixed · rules llama-3 · turns first
  ✔ length  length@1.0.0
      measured  words 7 · chars 28
      settings  field instruction · minWords 2 · minChars 0
  ✘ near  minhash-dedup@1.0.0
      measured  holder raw/0/0 a · jaccard 0.3333 · band 7 · compared 1 ·
                evicted 0 · shingles 8
      settings  threshold 0.3 · field instruction · permutations 128 ·
                shingle {"by":"auto","size":null} · maxRecords 4000000 ·
                maxBytes 4GiB
      near_duplicate
        Jaccard similarity 0.3333 to raw/0/0 a; from 0.3 on a text is a
        near-duplicate.
                observed 0.3333 · limit 0.3

      this record, raw/0/1                │ raw/0/0 a (curated)
      Why is the sky so [red] today?      │ Why is the sky so [blue] today?

  tags      sanitize_class none (sanitize@1.0.0)
  → rejected: clean.rejected/0/0
`);
  });

  it("shows the texts one under the other where the terminal is narrow", async () => {
    const lines = (await shown(await ran(), "b", 60)).split("\n");
    const from = lines.findIndex((line) => line.includes("this record"));
    expect(lines.slice(from, from + 4)).toEqual([
      "      this record, raw/0/1",
      "      Why is the sky so [red] today?",
      "      raw/0/0 a (curated)",
      "      Why is the sky so [blue] today?",
    ]);
  });

  it("goes on to the pipeline that reads the topic, and shows what a transform rewrote", async () => {
    expect(await shown(await ran(), "c")).toBe(`c  raw/0/2
  - Name it.

clean  read at raw/0/2 · plan 0123456789ab
  ✔ sanitize  sanitize@1.0.0
      settings  compat fixed · rules llama-3 · turns first
  ✔ length  length@1.0.0
      measured  words 2 · chars 8
      settings  field instruction · minWords 2 · minChars 0
  ✔ near  minhash-dedup@1.0.0
      measured  compared 0 · evicted 0 · shingles 3
      settings  threshold 0.3 · field instruction · permutations 128 ·
                shingle {"by":"auto","size":null} · maxRecords 4000000 ·
                maxBytes 4GiB

    as it was read                       │ as the stages left it
    [-] Name it.                         │ Name it.

  tags      sanitize_class list_mark (sanitize@1.0.0)
  → curated: curated/0/1

long  read at curated/0/1 · plan 0123456789ab
  ✘ length  length@1.0.0
      measured  words 2 · chars 8
      settings  field instruction · minWords 4 · minChars 0
      too_few_words
        Words in the text: 2; at least 4 wanted.
                observed 2 · limit 4
  tags      sanitize_class list_mark (sanitize@1.0.0)
  → rejected: long.rejected/0/0
`);
  });

  it("finds a record by any position it lies at", async () => {
    const space = await ran();
    const byId = await explained(space, "c");
    for (const place of ["raw/0/2", "curated/0/1", "long.rejected/0/0"])
      expect(await explained(space, place)).toEqual(byId);
  });

  it("gives machines the whole path", async () => {
    const space = await ran();
    const plan = expect.stringMatching(/^[0-9a-f]{64}$/);
    const turns = [{ role: "user", content: "Why is the sky so red today?" }];
    const measures = {
      length: { words: 7, chars: 28 },
      near: { holder: "raw/0/0 a", jaccard: 1 / 3, band: 7, compared: 1, evicted: 0, shingles: 8 },
    };
    const tags = { sanitize_class: { value: "none", by: "sanitize@1.0.0" } };
    const left = (source: string, seen: object) => ({
      provenance: { source },
      measures: seen,
      tags,
      plan,
      extra: {},
    });
    expect(await explained(space, "b")).toEqual({
      more: false,
      records: [
        {
          id: "b",
          position: "raw/0/1",
          produced: { id: "b", turns, provenance: {}, measures: {}, tags: {}, extra: {} },
          visits: [
            {
              pipeline: "clean",
              read: "raw/0/1",
              outcome: "rejected",
              wrote: ["clean.rejected/0/0"],
              plan,
              stages: [
                {
                  id: "sanitize",
                  plugin: "sanitize@1.0.0",
                  outcome: "kept",
                  settings: { compat: "fixed", rules: "llama-3", turns: "first" },
                },
                {
                  id: "length",
                  plugin: "length@1.0.0",
                  outcome: "kept",
                  settings: expect.objectContaining({ minWords: 2, maxWords: null }),
                  measures: measures.length,
                },
                {
                  id: "near",
                  plugin: "minhash-dedup@1.0.0",
                  outcome: "dropped",
                  settings: expect.objectContaining({ threshold: 0.3 }),
                  measures: measures.near,
                },
              ],
              verdict: {
                stage: "near",
                plugin: "minhash-dedup@1.0.0",
                reasons: [
                  {
                    code: "near_duplicate",
                    message:
                      "Jaccard similarity 0.3333 to raw/0/0 a; from 0.3 on a text is a near-duplicate.",
                    observed: 0.3333,
                    limit: 0.3,
                    ref: "raw/0/0 a",
                  },
                ],
              },
              holders: [
                {
                  position: "raw/0/0",
                  id: "a",
                  outcome: "curated",
                  record: {
                    id: "a",
                    turns: [{ role: "user", content: "Why is the sky so blue today?" }],
                    ...left("raw/0/0", {
                      length: { words: 7, chars: 29 },
                      near: { holder: null, jaccard: null, band: null, compared: 0, evicted: 0, shingles: 8 },
                    }),
                  },
                },
              ],
              record: { id: "b", turns, ...left("raw/0/1", measures) },
            },
          ],
          ahead: [],
        },
      ],
    });
  });

  it("shows each of several records with one id, and lists them when they are many", async () => {
    const twice = await ran(
      lines({ id: 0, instruction: "One thing." }, { id: 0, instruction: "Another one." }),
    );
    const both = await shown(twice, "0");
    expect(both.split("\n")[0]).toBe(
      "2 records have the id 0; a position shows one of them: magpie explain raw/0/0",
    );
    expect(both.match(/^0 {2}raw\/0\/\d$/gm)).toEqual(["0  raw/0/0", "0  raw/0/1"]);
    expect((await explained(twice, "raw/0/1")).records.map(({ position }: never) => position)).toEqual([
      "raw/0/1",
    ]);

    const six = ["a b c d", "e f", "g", "h i", "j k", "l m"].map((instruction) => ({ id: 0, instruction }));
    expect(await shown(await ran(lines(...six)), "0", 60)).toBe(
      `6 records have the id 0; a position shows one of them: magpie explain raw/0/0

position  ended as           text
raw/0/0   curated by long    a b c d
raw/0/1   rejected by long   e f
raw/0/3   rejected by long   h i
raw/0/4   rejected by long   j k
raw/0/5   rejected by long   l m
raw/0/2   rejected by clean  g
`,
    );
  });

  it("follows 100 records with one id and says that there are more", async () => {
    const many = Array.from({ length: 120 }, (_, i) => ({
      id: 7,
      instruction: `say ${"x".repeat(i + 1)} now`,
    }));
    const { records: found, more } = await explained(await ran(lines(...many)), "7");
    expect([found.length, more]).toEqual([100, true]);
  });

  it("shows why bytes are no record, and the attempt that a replay is", async () => {
    const space = await ran('{"id": 1, \u001b[31mbad\n');
    await space.run(["quarantine", "replay", "--all", "--pipeline", "clean"]);
    expect(await shown(space, "raw/0/0")).toBe(`raw/0/0

clean  read at raw/0/0 · plan 0123456789ab
  ✘ read
      MGP_RECORD_JSON  1 attempt
        is not JSON: unexpected "\\u001b" at line 1, column 11 (character 10 of
        18), near "{\\"id\\": 1, \\u001b[31mbad"; each record is one JSON object
      bytes  {"id": 1, bad
  · not reached: sanitize, length, near
  → quarantined: clean.quarantine/0/0
`);
    await space.run(["run", "--until-idle"]);
    const [{ visits }] = (await explained(space, "clean.quarantine/0/1")).records;
    expect(visits.map(({ read, replayOf }: never) => [read, replayOf])).toEqual([
      ["raw/0/0", undefined],
      ["raw/0/1", "raw/0/0"],
    ]);
  });

  it("says that a record waits to be read", async () => {
    const space = await produced(lines(...records));
    const waiting = "a  raw/0/0\n  Why is the sky so blue today?\n\nclean  has not read raw/0/0 yet\n";
    expect([await shown(space, "a"), await shown(space, "raw/0/0")]).toEqual([waiting, waiting]);
    await space.run(["run", "--until-idle", "--only", "clean"]);
    expect((await shown(space, "a")).split("\n").slice(-3)).toEqual([
      "",
      "long  has not read curated/0/0 yet",
      "",
    ]);
  });

  it("judges by the plan that was in force, not by the configuration as it is", async () => {
    const space = await ran();
    await space.write("magpie.yaml", config.replace("minWords: 2", "minWords: 1"));
    const [{ visits }] = (await explained(space, "a")).records;
    expect(visits[0].stages[1].settings.minWords).toBe(2);
  });

  it("shows all topics a record went to, and that no route took it", async () => {
    const routed = `version: 1
name: test
log: { kind: embedded, path: ./store }
pipelines:
  clean:
    from: raw
    to:
      - { topic: some, when: measures.length.words > 1 }
      - { topic: many, when: measures.length.words > 2 }
    stages: [{ use: length, with: { field: instruction } }]
  next: { from: many, to: kept, stages: [{ use: exact-dedup }] }
`;
    const instructions = ["one two three", "one"];
    const space = await ran(lines(...instructions.map((instruction, id) => ({ id, instruction }))), routed);
    const [{ visits: both }] = (await explained(space, "0")).records;
    expect(both.map(({ pipeline, read, wrote }: never) => [pipeline, read, wrote])).toEqual([
      ["clean", "raw/0/0", ["some/0/0", "many/0/0"]],
      ["next", "many/0/0", ["kept/0/0"]],
    ]);
    expect((await shown(space, "1")).split("\n").slice(3, 11)).toEqual([
      "clean  read at raw/0/1 · plan 0123456789ab",
      "  ✔ length  length@1.0.0",
      "      measured  words 1 · chars 3",
      "      settings  field instruction · minWords 0 · minChars 0",
      "  ✘ route",
      "      no_route",
      '        No route takes the record: ["some when measures.length.words > 1","many',
      '        when measures.length.words > 2"].',
    ]);
  });

  it("says what was searched when nothing is found, and what is wrong with a position", async () => {
    const space = await ran();
    const problem = async (id: string) => (await space.run(["explain", id])).stderr;
    const searched =
      "searched: what long, clean wrote, and what waits in raw; `magpie tap raw` shows records with their ids\n";
    const none = (id: string) => `error MGP_USAGE_INVALID: no record has the id or position "${id}"; `;
    expect(await problem("nope")).toBe(none("nope") + searched);
    expect(await problem("curatd/0/0")).toBe(
      `${none("curatd/0/0")}there is no topic curatd, did you mean "curated"?; ${searched}`,
    );
    expect(await problem("raw/3/0")).toBe(`${none("raw/3/0")}raw has no partition 3; ${searched}`);
    expect(await problem("raw/0/9223372036854775807")).toBe(
      `${none("raw/0/9223372036854775807")}raw/0 holds offsets 0 to 3 (exclusive); ${searched}`,
    );
    expect((await space.run(["explain", "nope"])).code).toBe(2);
  });

  it("prints hostile texts as one line that moves no cursor", async () => {
    const hostile = "say \u001b]0;owned\u0007 \u202eabc\u202c \ud800 \r\nnow";
    const [, text] = (
      await shown(await ran(lines({ id: "x\u001b[2J", instruction: hostile })), "raw/0/0")
    ).split("\n");
    expect(text).toBe("  say �abc� � now");
  });
});
