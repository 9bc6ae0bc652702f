import { Type } from "typebox";
import { codePoints } from "../../src/core/characters.ts";
import { defineFilter } from "../../src/core/plugin.ts";
import { closed } from "../../src/core/schema.ts";
import { textOf } from "../../src/core/text.ts";
import { dropIfAny } from "../../src/core/verdict.ts";
import { countWords } from "./count-words.ts";

const most = (what: string) =>
  Type.Union([Type.Integer({ minimum: 0 }), Type.Null()], {
    default: null,
    description: `Most ${what} a text may have; null for no limit.`,
  });

const count = (what: string) =>
  Type.Union([Type.Integer({ minimum: 0 }), Type.Null()], {
    description: `${what} of the text; null when the record has no such text.`,
  });

/**
 * Length is a matter of the text that is there: a record without the field (an instruction that has no answer yet, under
 * `field: response`) is kept, so that the same stage can stand before and after the answers are written.
 */
export default defineFilter({
  meta: {
    name: "length",
    version: "1.0.0",
    stability: "stable",
    summary: "Drops texts with too few or too many words or characters. A record without the text is kept.",
    config: closed({
      field: Type.Union(
        [Type.Literal("instruction"), Type.Literal("response"), Type.Literal("conversation")],
        {
          default: "instruction",
          description:
            "What is counted: the first user turn, the last assistant turn, or all user and assistant turns joined by a blank line.",
        },
      ),
      minWords: Type.Integer({
        minimum: 0,
        default: 0,
        description: "Fewest words a text may have. Each Han or kana character counts as one word.",
      }),
      maxWords: most("words"),
      minChars: Type.Integer({
        minimum: 0,
        default: 0,
        description: "Fewest characters (Unicode code points) a text may have.",
      }),
      maxChars: most("characters (Unicode code points)"),
    }),
    measures: closed({ words: count("Words"), chars: count("Code points") }),
    reasons: {
      too_few_words: "Words in the text: {observed}; at least {limit} wanted.",
      too_many_words: "Words in the text: {observed}; at most {limit} wanted.",
      too_few_chars: "Characters in the text: {observed}; at least {limit} wanted.",
      too_many_chars: "Characters in the text: {observed}; at most {limit} wanted.",
    },
    examples: [
      {
        title: "Words are counted as readers would",
        with: { minWords: 3, maxWords: 8 },
        records: [
          { id: "short", instruction: "Tell me." },
          { id: "fits", instruction: "Don't round 3.14 to 1,000 digits." },
          { id: "chinese", instruction: "写一首诗。" },
          { id: "long", instruction: "one two three four five six seven eight nine" },
        ],
        outcomes: [
          { keep: false, reasons: ["too_few_words"], measures: { words: 2, chars: 8 } },
          { keep: true, measures: { words: 6, chars: 33 } },
          { keep: true, measures: { words: 4, chars: 5 } },
          { keep: false, reasons: ["too_many_words"], measures: { words: 9, chars: 44 } },
        ],
      },
      {
        title: "Characters are code points: an emoji is one",
        with: { field: "response", minChars: 2, maxChars: 4 },
        records: [
          { id: "one", instruction: "Smile!", response: "😀" },
          { id: "three", instruction: "Smile!", response: "😀😀😀" },
          { id: "five", instruction: "Smile!", response: "😀😀😀😀😀" },
          { id: "unanswered", instruction: "Smile!" },
        ],
        outcomes: [
          { keep: false, reasons: ["too_few_chars"], measures: { words: 0, chars: 1 } },
          { keep: true, measures: { words: 0, chars: 3 } },
          { keep: false, reasons: ["too_many_chars"], measures: { words: 0, chars: 5 } },
          { keep: true, measures: { words: null, chars: null } },
        ],
      },
    ],
  },
  decide({ words, chars }, { minWords, maxWords, minChars, maxChars }) {
    if (words === null || chars === null) return dropIfAny([]);
    return dropIfAny([
      ...(words < minWords ? [{ code: "too_few_words" as const, observed: words, limit: minWords }] : []),
      ...(maxWords !== null && words > maxWords
        ? [{ code: "too_many_words" as const, observed: words, limit: maxWords }]
        : []),
      ...(chars < minChars ? [{ code: "too_few_chars" as const, observed: chars, limit: minChars }] : []),
      ...(maxChars !== null && chars > maxChars
        ? [{ code: "too_many_chars" as const, observed: chars, limit: maxChars }]
        : []),
    ]);
  },
  setup({ field }) {
    return {
      measure: (batch) =>
        batch.map((record) => {
          const text = textOf(record, field);
          if (text === undefined) return { words: null, chars: null };
          return { words: countWords(text), chars: codePoints(text) };
        }),
    };
  },
});
