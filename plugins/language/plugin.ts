import { Type } from "typebox";
import { type ConfigProblem, defineFilter } from "../../src/core/plugin.ts";
import type { MagpieRecord } from "../../src/core/record.ts";
import { closed } from "../../src/core/schema.ts";
import { type Field, textOf } from "../../src/core/text.ts";
import { drop, keep } from "../../src/core/verdict.ts";
import { examples } from "./examples.ts";
import { languages } from "./languages.ts";
import { countLetters, longestLooked, readableText } from "./readable-text.ts";

/** What the tag says when no language could be told. */
const undetermined = "und";

/** Identification by fastText's lid.176 (Joulin et al., 2016), in WebAssembly; see docs/adr/0006-language-identification.md. */
export default defineFilter({
  meta: {
    name: "language",
    version: "1.0.0",
    stability: "stable",
    summary:
      "Keeps records in the languages you want, and tags every record with its language. Code is not looked at; where a text is too short to tell, you decide.",
    config: closed({
      field: Type.Union(
        [Type.Literal("instruction"), Type.Literal("response"), Type.Literal("conversation")],
        {
          default: "instruction",
          description:
            "What is looked at: the first user turn, the last assistant turn, or all but system turns.",
        },
      ),
      allow: Type.Array(Type.String({ pattern: "^[a-z]{2,3}$", expected: 'a language code such as "en"' }), {
        minItems: 1,
        uniqueItems: true,
        default: ["en"],
        description:
          "Languages that are kept: ISO 639-1 codes (`en`, `zh`), ISO 639-3 where there is none (`ceb`).",
      }),
      minConfidence: Type.Number({
        minimum: 0,
        maximum: 1,
        default: 0.5,
        description:
          "Probability the model gives its answer, below which the language counts as undetermined. Short texts and mixed ones have low ones.",
      }),
      undetermined: Type.Union([Type.Literal("keep"), Type.Literal("drop")], {
        default: "keep",
        description: "What becomes of records whose language cannot be told: too short, code, or no letters.",
      }),
    }),
    measures: closed({
      language: Type.Union([Type.String(), Type.Null()], {
        description:
          "The most probable language; null when there is no text, no letter in it, or it is code.",
      }),
      confidence: Type.Number({ description: "Its probability, 0 to 1; 0 without a language." }),
      letters: Type.Integer({
        description: `Letters looked at: of the first ${longestLooked} characters that are not code.`,
      }),
    }),
    tags: { language: "The language's code, or `und` where it could not be told." },
    reasons: {
      wrong_language: "The language is {observed}; kept are {limit}.",
      undetermined_language: "The language cannot be told: confidence {observed}, {limit} is asked for.",
    },
    examples,
  },
  check({ allow }) {
    return allow.flatMap((code, i): ConfigProblem[] =>
      languages.includes(code)
        ? []
        : [
            {
              path: ["allow", i],
              message: `${JSON.stringify(code)} is no language the model knows`,
              hint: `use one of ${languages.join(", ")}`,
            },
          ],
    );
  },
  decide({ language, confidence }, { allow, minConfidence, undetermined: unclear }) {
    if (language === null || confidence < minConfidence)
      return unclear === "keep"
        ? keep
        : drop({ code: "undetermined_language", observed: confidence, limit: minConfidence });
    return allow.includes(language)
      ? keep
      : drop({ code: "wrong_language", observed: language, limit: [...allow] });
  },
  tag: ({ language, confidence }, { minConfidence }) => ({
    language: language === null || confidence < minConfidence ? undetermined : language,
  }),
  async setup({ field }) {
    // Loaded here and not above: importing a plugin does nothing, and the model is a megabyte.
    const { getLIDModel } = await import("fasttext.wasm.js");
    const model = await getLIDModel();
    await model.load();
    const measure = async (record: MagpieRecord) => {
      const text = readable(record, field);
      const letters = countLetters(text);
      if (letters === 0) return { language: null, confidence: 0, letters };
      const { alpha2, alpha3, possibility } = await model.identify(text);
      return { language: alpha2 ?? alpha3, confidence: Math.min(1, possibility), letters };
    };
    return { measure: (batch) => Promise.all(batch.map(measure)) };
  },
});

function readable(record: MagpieRecord, field: Field): string {
  const text = textOf(record, field);
  return text === undefined ? "" : readableText(text);
}
