import { type Static, Type } from "typebox";
import { type ConfigProblem, defineStateful } from "../../src/core/plugin.ts";
import { closed } from "../../src/core/schema.ts";
import { textOf } from "../../src/core/text.ts";
import { bytesPattern, durationPattern, parseBytes, parseDuration } from "../../src/core/units.ts";
import { drop, keep } from "../../src/core/verdict.ts";
import { bytesPerKey } from "./band-table.ts";
import { chooseBands, found, missedAtThreshold } from "./bands.ts";
import { examples } from "./examples.ts";
import { type Caps, Holders } from "./holders.ts";
import { mostShingles } from "./jaccard.ts";
import { createPreparer } from "./preparer.ts";
import { Totals } from "./totals.ts";

const leastBytes = 2 ** 20;

const config = closed({
  field: Type.Union([Type.Literal("instruction"), Type.Literal("response"), Type.Literal("conversation")], {
    default: "instruction",
    description: "What is compared: the first user turn, the last assistant turn, or all but system turns.",
  }),
  threshold: Type.Number({
    exclusiveMinimum: 0,
    exclusiveMaximum: 1,
    default: 0.8,
    expected: "a number greater than 0 and less than 1",
    description:
      "Jaccard similarity of the shingle sets from which on a record is a near-duplicate. Equal texts alone are `exact-dedup`'s work.",
  }),
  permutations: Type.Integer({
    minimum: 16,
    maximum: 1024,
    multipleOf: 8,
    default: 128,
    expected: "a multiple of 8 from 16 to 1024",
    description:
      "Length of a signature. More of them leave fewer near-duplicates unfound or fewer records compared in vain (see `magpie plan`), and cost time and memory.",
  }),
  shingle: closed(
    {
      by: Type.Union([Type.Literal("auto"), Type.Literal("word"), Type.Literal("char")], {
        default: "auto",
        description:
          "`auto`: words where words are spaced, characters for scripts without spaces and for code, pairs and the whole for texts of at most 8 words.",
      }),
      size: Type.Union([Type.Integer({ minimum: 1, maximum: 32 }), Type.Null()], {
        default: null,
        expected: "a whole number from 1 to 32",
        description: "Words or characters of a shingle. Default: 3 words, 5 characters; `auto` chooses it.",
      }),
    },
    { default: {}, description: "The pieces of text that are compared." },
  ),
  maxRecords: Type.Integer({
    minimum: 1000,
    default: 4_000_000,
    description: "Texts remembered at most; the oldest are forgotten, and counted.",
  }),
  maxBytes: Type.Union([Type.Integer({ minimum: leastBytes }), Type.String({ pattern: bytesPattern })], {
    default: "4GiB",
    expected: "a size such as 4GiB, at least 1MiB",
    description: "Bytes of state at most, as in `4GiB`; the oldest texts are forgotten, and counted.",
  }),
  maxAge: Type.Union([Type.String({ pattern: durationPattern }), Type.Null()], {
    default: null,
    expected: 'a time such as "12h" or "30d"',
    description:
      "How long a text is remembered, in stream time (the largest `provenance.created` seen), as in `30d`. Default: as long as the caps allow.",
  }),
});

/**
 * Near-duplicates by MinHash and banding (Broder 1997; Leskovec, Rajaraman, Ullman, §3), each candidate verified by the true
 * Jaccard similarity of shingle sets. The first record of its kind holds the text; later ones are dropped and never hold.
 */
export default defineStateful({
  meta: {
    name: "minhash-dedup",
    version: "1.0.0",
    stability: "stable",
    summary:
      "Drops records whose text is nearly the same as that of an earlier kept one: MinHash bands find candidates, the true Jaccard similarity of their shingles decides.",
    config,
    measures: closed({
      holder: Type.Union([Type.String(), Type.Null()], {
        description: "Position and id of the record that holds the text; null when this one does.",
      }),
      jaccard: Type.Union([Type.Number(), Type.Null()], {
        description:
          "Similarity to the holder; without one, to the most alike of those compared; null when none was compared.",
      }),
      band: Type.Union([Type.Integer(), Type.Null()], {
        description: "The first band, counted from 0, that the record shares with its holder.",
      }),
      shingles: Type.Union([Type.Integer(), Type.Null()], {
        description: `Shingles compared, at most ${mostShingles}; null when the record does not have the text.`,
      }),
      compared: Type.Integer({ description: "Earlier records whose shingles were compared." }),
      evicted: Type.Integer({ description: "Earlier records forgotten to stay within the caps." }),
    }),
    reasons: {
      near_duplicate: "Jaccard similarity {observed} to {ref}; from {limit} on a text is a near-duplicate.",
    },
    examples,
  },
  fingerprint: ({ field, threshold, permutations, shingle }) => ({ field, threshold, permutations, shingle }),
  check({ threshold, permutations, shingle, maxBytes }) {
    const problems: ConfigProblem[] = [];
    const layout = chooseBands(permutations, threshold);
    const missed = 1 - found(layout, threshold);
    if (missed > missedAtThreshold)
      problems.push({
        path: ["permutations"],
        message: `${permutations} permutations miss ${percent(missed)} of the pairs at the threshold ${threshold}; at most ${percent(missedAtThreshold)} may be missed`,
        hint: "set more permutations or a higher threshold",
      });
    if (shingle.by === "auto" && shingle.size !== null)
      problems.push({
        path: ["shingle", "size"],
        message: "`auto` chooses the size by the text",
        hint: "leave `size` out, or set `by: word` or `by: char`",
      });
    if (parseBytes(maxBytes)! < leastBytes)
      problems.push({
        path: ["maxBytes"],
        message: `${JSON.stringify(maxBytes)} is less than 1MiB`,
        hint: "a cap that small forgets texts as soon as they are seen",
      });
    return problems;
  },
  forecast({ threshold, permutations, maxRecords, maxBytes }) {
    const layout = chooseBands(permutations, threshold);
    return {
      summary: `${layout.bands} bands of ${layout.rows} rows`,
      memoryBytes: maxRecords * layout.bands * bytesPerKey,
      storeBytes: parseBytes(maxBytes)!,
      curve: { measure: "Jaccard", threshold, found: (similarity) => found(layout, similarity) },
    };
  },
  stateSummary: {
    key: Totals.key,
    read(value) {
      const { records, bytes, evicted } = Totals.decode(value);
      return { records, bytes, evicted };
    },
  },
  decide({ holder, jaccard }, { threshold }) {
    return holder === null
      ? keep
      : drop({ code: "near_duplicate", observed: shown(jaccard), limit: threshold, ref: holder });
  },
  setup({ field, threshold, permutations, shingle, ...caps }) {
    const layout = chooseBands(permutations, threshold);
    const preparer = createPreparer(shingle, permutations, layout);
    const holders = new Holders(layout.bands, threshold, capsOf(caps));
    return {
      restore: (state) => holders.restore(state),
      prepare: (batch) => preparer.prepare(batch.map((record) => textOf(record, field))),
      admit(prepared, record, at, state) {
        if (prepared.length === 0)
          return { holder: null, jaccard: null, band: null, shingles: null, compared: 0, evicted: 0 };
        const { holder, jaccard, band, compared, evicted } = holders.admit(prepared, record.id, at, state);
        return { holder, jaccard, band, compared, evicted, shingles: prepared.length / 4 - layout.bands };
      },
      commit: () => holders.commit(),
      rollback: () => holders.rollback(),
    };
  },
});

function capsOf({
  maxRecords,
  maxBytes,
  maxAge,
}: Pick<Static<typeof config>, "maxRecords" | "maxBytes" | "maxAge">): Caps {
  return {
    records: maxRecords,
    bytes: parseBytes(maxBytes)!,
    ageMs: maxAge === null ? undefined : parseDuration(maxAge),
  };
}

/** For people; the measure has every digit. Rounded down, so that what is below the threshold never looks as if it were not. */
function shown(jaccard: number | null): number | null {
  return jaccard === null ? null : Math.floor(jaccard * 1e4) / 1e4;
}

function percent(share: number): string {
  return `${(100 * share).toPrecision(2)} %`;
}
