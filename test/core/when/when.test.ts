import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Json } from "../../../src/core/json.ts";
import type { MagpieRecord } from "../../../src/core/record.ts";
import { compileWhen } from "../../../src/core/when/evaluate.ts";
import { parseWhen, WhenError } from "../../../src/core/when/parse.ts";

function recordWith(over: {
  readonly tags?: { readonly [name: string]: Json };
  readonly measures?: MagpieRecord["measures"];
  readonly provenance?: MagpieRecord["provenance"];
}): MagpieRecord {
  const tags = Object.entries(over.tags ?? {}).map(([name, value]) => [name, { value, by: "test" }]);
  return {
    id: "1",
    turns: [],
    provenance: over.provenance ?? {},
    measures: over.measures ?? {},
    tags: Object.fromEntries(tags),
    extra: {},
  };
}

const record = recordWith({
  tags: { language: "en", safe: true, other: ["a"], nothing: null, "a b": 1 },
  measures: { near: { jaccard: 0.25, holder: null }, "minhash-dedup": { compared: 3 } },
  provenance: { created: 1_000, variant: "math" },
});

const holds = (text: string, of = record) => compileWhen(parseWhen(text))(of);

function mistake(text: string): string {
  try {
    parseWhen(text);
  } catch (error) {
    if (error instanceof WhenError)
      return `${error.at} ${error.message}${error.hint === undefined ? "" : `; ${error.hint}`}`;
  }
  return "none";
}

describe("a condition", () => {
  it.each([
    'tags.language == "en"',
    "tags.language == 'en'",
    'tags["language"] == "en"',
    'tags.language != "de"',
    "tags.safe",
    "tags.safe == true",
    'tags["a b"] == 1',
    "measures.near.jaccard < 0.8",
    "measures.near.jaccard >= 0.25 and measures.near.jaccard <= 2.5e-1",
    "0.1 < measures.near.jaccard",
    "measures.minhash-dedup.compared == 3",
    "provenance.created > -1",
    'provenance.variant in ["code", "math"]',
    "provenance.variant not in [\"code\", 'translation']",
    "not tags.unsafe",
    "not (tags.safe and tags.nothing == 1)",
    'tags.language == "de" or tags.language == "fr" or tags.safe',
    "tags.safe or tags.safe and not tags.safe",
    "  tags.safe  ",
  ])("that is met: %s", (text) => {
    expect(holds(text)).toEqual(true);
  });

  it.each([
    'tags.language == "EN"',
    "tags.language == 1",
    "tags.language",
    "not tags.safe or tags.safe and tags.nothing",
    "(tags.safe or tags.safe) and not tags.safe",
    "measures.near.jaccard > 0.25",
    'provenance.variant in ["code"]',
    'tags.other == "a"',
  ])("that is not met: %s", (text) => {
    expect(holds(text)).toEqual(false);
  });

  it("takes what a record does not have for null, which is in no order", () => {
    for (const missing of [
      "tags.none",
      "tags.nothing",
      "measures.none.x",
      "measures.near.x",
      "provenance.ticket",
    ])
      expect([holds(`${missing} == null`), holds(`${missing} < 1`), holds(`${missing} >= 1`)]).toEqual([
        true,
        false,
        false,
      ]);
    expect(holds("tags.toString == null and measures.constructor.name == null")).toEqual(true);
  });

  it("reads quotes and backslashes in texts", () => {
    const quoted = recordWith({ tags: { q: `it's "so" \\` } });
    expect(holds(String.raw`tags.q == "it's \"so\" \\"`, quoted)).toEqual(true);
    expect(holds(String.raw`tags.q == 'it\'s "so" \\'`, quoted)).toEqual(true);
  });

  it("tells what cannot be read, where, and what to write", () => {
    expect(
      [
        "",
        "tags.language = 'en'",
        "tags.a && tags.b",
        "tags.a || tags.b",
        "!tags.a",
        "tags.language == 'en",
        "tags.language ==",
        "(tags.a",
        "tags.a tags.b",
        "tags.a in 'en'",
        "tags.a in [tags.b]",
        "tags.a in []",
        "tags. == 1",
        "tags[a] == 1",
        "and",
        "1 < 2 < 3",
        `${"(".repeat(100)}tags.a${")".repeat(100)}`,
      ].map(mistake),
    ).toEqual([
      "0 expected a value such as `tags.language`, a text in quotes or a number, got the end",
      '14 "=" has no meaning here; write `==`',
      '7 "&" has no meaning here; write `and`',
      '7 "|" has no meaning here; write `or`',
      '0 "!" has no meaning here; write `not`, or `!=`',
      "17 the text that begins with ' has no end",
      "16 expected a value such as `tags.language`, a text in quotes or a number, got the end",
      "7 expected `)`, got the end",
      "7 expected `and`, `or` or the end, got `tags`",
      "10 expected `[`, got `'en'`",
      "11 expected a text in quotes, a number, true, false or null, got `tags`",
      "11 expected a value such as `tags.language`, a text in quotes or a number, got `]`",
      '6 expected a name, got `==`; a name with other signs stands in brackets: ["…"]',
      "5 expected a name in quotes, got `a`",
      "0 expected a value such as `tags.language`, a text in quotes or a number, got `and`",
      "6 expected `and`, `or` or the end, got `<`",
      "64 the condition is nested too deeply",
    ]);
  });

  it("is either read and decides about any record, or is refused: no text does anything else", () => {
    const word = fc.constantFrom(
      "tags",
      "measures",
      "provenance",
      "language",
      "near",
      "and",
      "or",
      "not",
      "in",
      "true",
    );
    const sign = fc.constantFrom(
      "==",
      "!=",
      "<",
      ">=",
      "(",
      ")",
      "[",
      "]",
      ",",
      ".",
      '"',
      "'x'",
      "-1.5",
      " ",
      "=",
      "é",
    );
    const text = fc
      .array(fc.oneof(word, sign, fc.string({ maxLength: 3 })), { maxLength: 14 })
      .map((parts) => parts.join(" "));
    fc.assert(
      fc.property(text, (source) => {
        try {
          const expression = parseWhen(source);
          // What names no part of a record is found by lint, before it is compiled.
          const known = JSON.stringify(expression).replace(/"root":"(tags|measures|provenance)"/g, "");
          if (!known.includes('"root"')) expect(typeof compileWhen(expression)(record)).toEqual("boolean");
        } catch (error) {
          expect(error).toBeInstanceOf(WhenError);
        }
      }),
      { numRuns: 2_000 },
    );
  });
});
