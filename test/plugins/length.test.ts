import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { countWords } from "../../plugins/length/count-words.ts";
import length from "../../plugins/length/plugin.ts";
import { codePoints } from "../../src/core/characters.ts";
import { anyText } from "./any-text.ts";

describe("counting words", () => {
  it.each<[string, number]>([
    ["", 0],
    ["  \n ", 0],
    ["one", 1],
    ["Don't round 3.14 to 1,000 digits.", 6],
    ["first,second;third", 3],
    ["well-known snake_case e.g. a+b", 6],
    ["It’s the dogs' toy", 4],
    ["naïve cafe\u0301", 2],
    ["写一首诗。", 4],
    ["使用Python编写", 5],
    ["リストを並べ替える", 9],
    ["한국어 문장입니다", 2],
    ["اكتب قصيدة قصيرة", 3],
    ["नमस्ते दुनिया", 2],
    ["👍🏽 👩‍👩‍👧 ok", 1],
    ["𠮷野家 and 𝑥𝑦", 5],
  ])("%j has %i", (text, words) => {
    expect(countWords(text)).toBe(words);
  });

  it("agrees with the segmenter of the platform on plain sentences", () => {
    const segmenter = new Intl.Segmenter("en", { granularity: "word" });
    const part = fc.constantFrom(
      "cat",
      "don't",
      "3.14",
      "1,000",
      "x2",
      "snake_case",
      "Émile",
      "привет",
      "سلام",
    );
    const gap = fc.constantFrom(" ", ", ", "\n", " - ", "! ", "; ", " (", ") ");
    fc.assert(
      fc.property(fc.array(fc.tuple(part, gap)), (parts) => {
        const text = parts.flat().join("");
        const words = [...segmenter.segment(text)].filter((segment) => segment.isWordLike).length;
        expect(countWords(text)).toBe(words);
      }),
    );
  });
});

it("counts code points as the string iterator does", () => {
  fc.assert(
    fc.property(anyText, fc.constantFrom("", "\ud800", "\udc00"), (text, half) => {
      expect(codePoints(text + half + text)).toBe([...(text + half + text)].length);
    }),
  );
});

describe("deciding on a length", () => {
  const open = { field: "instruction", minWords: 0, maxWords: null, minChars: 0, maxChars: null } as const;

  it("gives every limit that is passed, and takes the limits themselves as allowed", () => {
    const limits = { ...open, minWords: 3, maxWords: 5, minChars: 10, maxChars: 20 };
    expect(length.decide({ words: 3, chars: 20 }, limits)).toEqual({ keep: true });
    expect(length.decide({ words: 5, chars: 10 }, limits)).toEqual({ keep: true });
    expect(length.decide({ words: 2, chars: 9 }, limits)).toEqual({
      keep: false,
      reasons: [
        { code: "too_few_words", observed: 2, limit: 3 },
        { code: "too_few_chars", observed: 9, limit: 10 },
      ],
    });
    expect(length.decide({ words: 6, chars: 21 }, limits)).toEqual({
      keep: false,
      reasons: [
        { code: "too_many_words", observed: 6, limit: 5 },
        { code: "too_many_chars", observed: 21, limit: 20 },
      ],
    });
  });

  it("has no limit by default, and none for a text that is not there", () => {
    expect(length.decide({ words: 0, chars: 0 }, open)).toEqual({ keep: true });
    expect(length.decide({ words: null, chars: null }, { ...open, minWords: 3 })).toEqual({ keep: true });
  });
});
