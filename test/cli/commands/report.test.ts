import { readFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { lines, type Workspace, workspace } from "../cli-harness.ts";

const config = `version: 1
name: test
log: { kind: embedded, path: ./store }
pipelines:
  clean:
    from: raw
    to: curated
    stages:
      - { use: length, with: { field: instruction, minWords: 2 } }
      - { id: near, use: minhash-dedup, with: { threshold: 0.3 } }
`;

const sampled = { temperature: 1, top_p: 0.9 };

const rows = `${lines(
  { id: "a", instruction: "Why is the sky so blue today?", response: "It scatters.", ...sampled },
  { id: "b", instruction: "Why is the sky so red today?", ...sampled },
  { id: "c", instruction: "Hi", ...sampled },
  { id: "d", instruction: "Name two rivers.", temperature: 0.5, top_p: 1 },
  { id: "e", instruction: "Name a mountain." },
)}{bad\n`;

async function ran(text = rows, configuration = config): Promise<Workspace> {
  const space = await workspace(configuration);
  await space.run(["produce", "raw", await space.write("in.jsonl", text)]);
  expect((await space.run(["run", "--until-idle"])).code).toBe(0);
  return space;
}

async function numbers(space: Workspace, ...args: string[]) {
  const { code, stdout } = await space.run(["report", ...args, "--json"]);
  expect(code).toBe(0);
  return JSON.parse(stdout);
}

async function page(space: Workspace, ...args: string[]): Promise<string> {
  const out = space.path("page.html");
  const { code, stdout, stderr } = await space.run(["report", ...args, "--out", out]);
  expect([code, stderr, stdout.includes(` → ${out}  `)]).toEqual([0, "", true]);
  return readFile(out, "utf8");
}

const drop = (stage: string, code: string, message: string, id: string, at: number, text: string) => ({
  outcome: "rejected",
  stage,
  code,
  records: 1,
  examples: [{ id, position: `raw/0/${at}`, message, text }],
});

describe("magpie report", () => {
  it("prints the numbers of the pipeline that writes the topic, those of the ledger among them", async () => {
    const space = await ran();
    const ledger = JSON.parse((await space.run(["ledger", "--json"])).stdout).pipelines.clean;
    const { instructions, pipeline, ...set } = await numbers(space, "curated");
    expect(set).toEqual({
      topic: "curated",
      records: 3,
      unreadable: 0,
      responses: {
        texts: 1,
        missing: 2,
        statistics: { mean: 12, least: 12, p5: 12, median: 12, p95: 12, most: 12 },
        bins: [{ from: 10, to: 13, texts: 1 }],
      },
      languages: { counts: [], others: 0, untagged: 3 },
    });
    expect(instructions.statistics).toEqual({
      mean: 61 / 3,
      least: 16,
      p5: 16,
      median: 16,
      p95: 29,
      most: 29,
    });
    expect(pipeline).toEqual({
      name: "clean",
      from: ["raw"],
      ledger,
      drops: [
        {
          outcome: "quarantined",
          stage: "read",
          code: "MGP_RECORD_JSON",
          records: 1,
          examples: [
            {
              id: "raw/0/5",
              position: "raw/0/5",
              message: expect.stringMatching(/^is not JSON: unexpected "b"/),
              text: "{bad",
            },
          ],
        },
        drop(
          "near",
          "near_duplicate",
          "Jaccard similarity 0.3333 to raw/0/0 a; from 0.3 on a text is a near-duplicate.",
          "b",
          1,
          "Why is the sky so red today?",
        ),
        drop("length", "too_few_words", "Words in the text: 1; at least 2 wanted.", "c", 2, "Hi"),
      ],
      duplicates: {
        holders: { count: 1, exact: true },
        clusters: [
          {
            position: "raw/0/0",
            id: "a",
            outcome: "curated",
            text: "Why is the sky so blue today?",
            records: 1,
            members: [
              {
                id: "b",
                position: "raw/0/1",
                stage: "near",
                code: "near_duplicate",
                observed: 0.3333,
                text: "Why is the sky so red today?",
              },
            ],
          },
        ],
      },
      samplers: {
        cells: [
          { temperature: 0.5, topP: 1, received: 1, curated: 1 },
          { temperature: 1, topP: 0.9, received: 3, curated: 1 },
        ],
        unknown: { received: 1, curated: 1 },
        others: { received: 0, curated: 0 },
      },
    });
  });

  it("tells of a topic that no pipeline writes what its records tell", async () => {
    const { pipeline, ...set } = await numbers(await ran(), "raw");
    expect([pipeline, set.records, set.unreadable, set.instructions.texts]).toEqual([undefined, 5, 1, 5]);
  });

  it("has zeros for a topic that nothing was written to", async () => {
    const space = await workspace(config);
    const set = await numbers(space, "curated");
    expect([set.records, set.pipeline.ledger.received, set.pipeline.drops]).toEqual([0, 0, []]);
    expect(await page(space, "curated")).toContain("clean has received nothing yet.");
  });

  it("compares two topics", async () => {
    const space = await ran();
    const both = await numbers(space, "curated", "--against", "raw");
    expect(both).toEqual({ ...(await numbers(space, "curated")), against: await numbers(space, "raw") });
    const text = await page(space, "curated", "--against", "raw");
    const row = (name: string, ...cells: string[]) =>
      `<th scope="row">${name}</th>${cells.map((cell) => `<td>${cell}</td>`).join("")}</tr>`;
    expect(text).toContain(row("records", "3", "5", "−2"));
    expect(text).toContain(row("instruction: median characters", "16", "16", "0"));
    expect(text).toContain(row("records with a response", "33.3 %", "20.0 %", "+13.3 pp"));
  });

  it("counts a record that went to two topics once, and names the step route among the drops", async () => {
    const routed = config.replace(
      "to: curated",
      "to: [{ topic: curated, when: measures.length.words > 2 }, { topic: long, when: measures.length.words > 3 }]",
    );
    const space = await ran(
      lines({ id: 0, instruction: "one two three four", ...sampled }, { id: 1, instruction: "one two" }),
      routed,
    );
    const { pipeline } = await numbers(space, "long");
    expect(pipeline.ledger).toMatchObject({ received: 2, curated: 1, copies: 1, rejected: 1 });
    expect(pipeline.drops.map(({ stage, code, records }: never) => [stage, code, records])).toEqual([
      ["route", "no_route", 1],
    ]);
    expect(pipeline.samplers).toMatchObject({
      cells: [{ received: 1, curated: 1 }],
      unknown: { received: 1, curated: 0 },
    });
    expect(await page(space, "long")).toContain(
      "2 records from raw; 1 copy of curated ones in further topics",
    );
  });

  it("writes one page that loads and runs nothing, with the words that differ marked", async () => {
    const text = await page(await ran(), "curated");
    expect(text).toContain("Why is the sky so <mark>blue</mark> today?");
    expect(text).toContain("Why is the sky so <mark>red</mark> today?");
    expect(text).toMatch(
      /<meta http-equiv="Content-Security-Policy" content="default-src &#39;none&#39;; style-src &#39;sha256-[\w+/]{43}=&#39;; base-uri &#39;none&#39;; form-action &#39;none&#39;">/,
    );
    expect(text.match(/<(script|link|img|iframe|object)|https?:|url\(|style=| on\w+=/g)).toBeNull();
  });

  it("shows hostile texts as texts", async () => {
    const hostile = "</script><script>alert(1)</script><img src=x onerror=alert(1)> \ud800\u202e\u0000 \"'&";
    const text = await page(
      await ran(
        lines(
          { id: hostile, instruction: `${hostile} once`, ...sampled },
          { id: "b", instruction: `${hostile} twice` },
          { id: hostile, instruction: "<b>" },
          { instruction: "fine words", extra: hostile },
        ) + hostile,
      ),
      "curated",
    );
    const escaped = "&lt;img src=x onerror=alert(1)&gt;";
    expect(text.split(escaped).length).toBeGreaterThan(4);
    expect(text).toContain('<span class="unseen">U+D800</span><span class="unseen">U+202E</span>');
    expect(text.match(/<(script|img|b>)/)).toBeNull();
    expect(text).toBe(Buffer.from(text).toString().replaceAll("\u202e", ""));
  });

  it("reads, like explain, beside a pipeline that runs", async () => {
    const space = await ran();
    let stop = () => {};
    const running = space.run(["run"], { onListening: (send) => (stop = () => send("SIGTERM")) });
    const more = await space.write(
      "more.jsonl",
      lines({ id: "f", instruction: "Name the largest lake of all." }),
    );
    await space.run(["produce", "raw", more]);
    await expect.poll(async () => (await numbers(space, "curated")).records, { timeout: 10_000 }).toBe(4);
    expect((await space.run(["explain", "f"])).stdout).toMatch(/\n {2}→ curated: curated\/0\/3\n$/);
    stop();
    expect((await running).code).toBe(0);
  });

  it("replaces a page that exists", async () => {
    const space = await ran();
    const { stdout } = await space.run(["report", "curated", "--out", space.path("a.html")]);
    expect(stdout).toMatch(/^curated \(3 records\) → .*\/a\.html {2}[\d.]+ kB\n$/);
    expect((await space.run(["report", "raw", "--out", space.path("a.html")])).code).toBe(0);
    expect(await readFile(space.path("a.html"), "utf8")).toContain("<title>raw</title>");
  });

  it("refuses what holds no records, what is not there, and a page that would not be written", async () => {
    const space = await ran();
    const problem = async (...args: string[]) => {
      const { code, stderr } = await space.run(["report", ...args]);
      return [code, stderr];
    };
    expect(await problem("clean.quarantine")).toEqual([
      2,
      "error MGP_USAGE_INVALID: clean.quarantine holds no records; `magpie report curated` shows what became of all that clean received\n",
    ]);
    expect(await problem("curatd")).toEqual([
      2,
      'error MGP_TOPIC_UNKNOWN: there is no topic "curatd"; did you mean "curated"?\n',
    ]);
    expect(await problem("raw", "--against", "clean.plans")).toEqual([
      2,
      expect.stringMatching(/clean\.plans holds no records/),
    ]);
    expect(await problem("raw", "--json", "--out", "x.html")).toEqual([
      2,
      expect.stringMatching(/--json prints the numbers and writes no page; leave out --out/),
    ]);
    expect(await problem("raw", "--out", space.path("none/x.html"))).toEqual([
      69,
      expect.stringMatching(/cannot be written/),
    ]);
  });
});
