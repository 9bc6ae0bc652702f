import { describe, expect, test } from "vitest";
import { lint } from "./workplace.ts";

const routed = (...conditions: readonly string[]) => `version: 1
pipelines:
  p:
    from: raw
    to:
${conditions.map((when, i) => `      - { topic: t${i}, when: ${JSON.stringify(when)} }`).join("\n")}
    stages:
      - { use: language }
      - { use: minhash-dedup, id: near }
      - { use: length, with: { field: instruction } }
`;

const where = "pipelines.p.to[0].when";

describe("routes", () => {
  test("whose conditions name what the stages give are in order", async () => {
    expect(
      await lint(
        routed(
          'tags.language == "en"',
          "measures.near.jaccard < 0.5 or measures.near.jaccard == null",
          'measures.language.language in ["de", "fr"] and provenance.created > 0',
        ),
      ),
    ).toEqual([]);
  });

  test("a slip of the pen is told where it stands, with what was perhaps meant", async () => {
    expect(
      await Promise.all(
        [
          'tags.langauge == "en"',
          'tag.language == "en"',
          "measures.nera.jaccard < 0.5",
          "measures.near.jacard < 0.5",
          "measures.near.banana < 0.5",
          "provenance.creatd > 0",
          "tags.language == en",
          "tags.language = 'en'",
        ].map(async (when) => (await lint(routed(when))).join("\n")),
      ),
    ).toEqual([
      `magpie.yaml:6:28 ${where}: no stage gives the tag "langauge"; did you mean "language"?`,
      `magpie.yaml:6:28 ${where}: there is no \`tag\`; did you mean "tags"?`,
      `magpie.yaml:6:28 ${where}: there is no stage "nera"; did you mean "near"?`,
      `magpie.yaml:6:28 ${where}: the stage "near" has no measure "jacard"; did you mean "jaccard"?`,
      `magpie.yaml:6:28 ${where}: the stage "near" has no measure "banana"; it has holder, jaccard, band, shingles, compared, evicted`,
      `magpie.yaml:6:28 ${where}: provenance has no "creatd"; did you mean "created"?`,
      `magpie.yaml:6:28 ${where}: there is no \`en\`; a value begins with \`tags\`, \`measures\`, \`provenance\`; a text stands in quotes`,
      `magpie.yaml:6:28 ${where}: "=" has no meaning here, at character 15; write \`==\``,
    ]);
  });

  test("what has another type cannot be compared", async () => {
    expect(
      await Promise.all(
        [
          'measures.near.jaccard == "0.5"',
          "measures.language.language > 3",
          "measures.near.compared",
          'provenance.created in [1, "now"]',
          "tags.language.code == 1",
          "measures.near == 1",
        ].map(async (when) => (await lint(routed(when))).join("\n")),
      ),
    ).toEqual([
      `magpie.yaml:6:28 ${where}: \`measures.near.jaccard\` is a number, and "0.5" a text`,
      `magpie.yaml:6:28 ${where}: \`measures.language.language\` is a text, and \`>\` compares numbers`,
      `magpie.yaml:6:28 ${where}: \`measures.near.compared\` is a number, not true or false; compare it with something, as in \`measures.length.words >= 10\``,
      `magpie.yaml:6:28 ${where}: \`provenance.created\` is a number, and "now" a text`,
      `magpie.yaml:6:28 ${where}: \`tags.language.code\` names nothing; write \`tags.NAME\``,
      `magpie.yaml:6:28 ${where}: \`measures.near\` names nothing; write \`measures.STAGE.NAME\``,
    ]);
  });

  test("what no stage gives may come with the records: it is doubtful", async () => {
    expect(await lint(routed('tags.difficulty == "hard"'))).toEqual([
      `warning magpie.yaml:6:28 ${where}: no stage gives the tag "difficulty"; records that do not come with it count as null`,
    ]);
  });

  test("what an earlier pipeline gives is known", async () => {
    expect(
      await lint(`version: 1
pipelines:
  first: { from: raw, to: [{ topic: middle, when: "tags.language != null" }, { topic: rest }], stages: [{ use: language }] }
  second:
    from: [middle]
    to: [{ topic: english, when: "tags.language == 'en'" }, { topic: others, when: "measures.languge.confidence < 1" }]
    stages: [{ use: sanitize }]
`),
    ).toEqual([
      'magpie.yaml:6:84 pipelines.second.to[1].when: there is no stage "languge"; did you mean "language"?',
    ]);
  });

  test("a topic is listed once, and is nobody else's", async () => {
    expect(
      await lint(`version: 1
pipelines:
  a: { from: raw, to: [{ topic: x }, { topic: x, when: "provenance.created > 0" }], stages: [{ use: sanitize }] }
  b: { from: raw, to: [{ topic: y }, { topic: x }], stages: [{ use: sanitize }] }
  c: { from: y, to: [{ topic: z }, { topic: raw }], stages: [{ use: sanitize }] }
`),
    ).toEqual([
      'magpie.yaml:3:47 pipelines.a.to[1].topic: the topic "x" is listed twice; join the conditions with `or`',
      'magpie.yaml:4:14 pipelines.b.from: the pipelines b → c → b feed each other through "raw"; a record would go round without end',
      'magpie.yaml:4:47 pipelines.b.to[1].topic: the pipeline "a" already writes to the topic "x"; give every pipeline a topic of its own; a later pipeline can read several with a list in `from`',
    ]);
  });

  test("a list that is empty, and members of another shape, are refused", async () => {
    expect(
      await lint(`version: 1
pipelines:
  a: { from: raw, to: [], stages: [{ use: sanitize }] }
  b: { from: raw, to: [{ topic: B, wehn: x }], stages: [{ use: sanitize }] }
  c: { from: raw, to: [{ when: "tags.x" }], stages: [{ use: sanitize, id: route }] }
`),
    ).toEqual([
      "magpie.yaml:3:19 pipelines.a.to: expected a list that is not empty, got an empty list",
      'magpie.yaml:4:33 pipelines.b.to[0].topic: expected a name of at most 201 characters from a-z, 0-9, ".", "_" and "-" that starts with a letter or digit, got "B"',
      'magpie.yaml:4:36 pipelines.b.to[0].wehn: there is no key "wehn" here; did you mean "when"?',
      "magpie.yaml:5:24 pipelines.c.to[0].topic: this key is missing",
      'magpie.yaml:5:75 pipelines.c.stages[0].id: a stage cannot have the id "route"',
    ]);
  });
});
