import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { jaccard } from "../../../plugins/minhash-dedup/jaccard.ts";
import { Shingler } from "../../../plugins/minhash-dedup/shingler.ts";
import { shinglesOf } from "./by-the-book.ts";

const auto = new Shingler({ by: "auto", size: null });

function shingled(text: string, shingler = auto): Uint32Array {
  shingler.shingle(text);
  return shingler.shingles.slice(0, shingler.count);
}

function similarity(a: string, b: string): number {
  return jaccard(shingled(a), shingled(b));
}

const piece = fc.oneof(
  fc.constantFrom(
    ..."aZ09'’-.,!?`_#+*/\\(){}=;$ \t\n\u0085\u00a0é\u0301\u200d中日あアーไทยក😀𝒜𠀀\ud800\udfff",
    "don't",
    "İ",
    "ẞ",
  ),
  fc.constantFrom("word ", "the ", "a(b) = {c}; ", "3.14 ", "-5 ", "中文字 "),
  fc.string({ unit: "binary", maxLength: 3 }),
);
const text = fc.array(piece, { maxLength: 60 }).map((pieces) => pieces.join(""));

describe("Shingler", () => {
  it("makes the shingles that the written rules say, of any text", () => {
    fc.assert(
      fc.property(text, (given) => {
        expect([...shingled(given)]).toEqual(shinglesOf(given));
      }),
      { numRuns: 2000 },
    );
  });

  it("makes them by word and by character, of any size", () => {
    const by = fc.constantFrom("word" as const, "char" as const);
    fc.assert(
      fc.property(text, by, fc.option(fc.integer({ min: 1, max: 12 })), (given, chosen, size) => {
        const shingler = new Shingler({ by: chosen, size });
        expect([...shingled(given, shingler)]).toEqual(shinglesOf(given, chosen, size));
      }),
      { numRuns: 1000 },
    );
  });

  it.each([
    ["What is entropy?", " what  is ENTROPY"],
    ["Don't panic", "don’t panic!"],
    ["naïve", "nai\u0308ve"],
    ["**Bold** words, here.", "bold words here"],
    ["Say “hello”", "say hello"],
  ])("takes %j and %j for the same text", (a, b) => {
    expect(similarity(a, b)).toBe(1);
  });

  it.each([
    ["C", "C++"],
    ["C++", "C#"],
    ["dog bites man", "man bites dog"],
    ["ha ha", "ha ha ha"],
    ["What is 6 * 3?", "What is 6 - 3?"],
    ["What is -5 + 3?", "What is 5 + 3?"],
    ["What is 3.5?", "What is 35?"],
    ["yes", "no"],
    ["???", "!!!"],
    ["", "?"],
    ["猫", "犬"],
    ["👍", "👎"],
  ])("tells %j and %j apart by more than any threshold from 0.64 on", (a, b) => {
    expect(similarity(a, b)).toBeLessThan(0.64);
  });

  it("tells any two short texts apart that differ in a word", () => {
    const words = fc.array(fc.stringMatching(/^[a-c0-2]{1,2}$/), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(words, words, (a, b) => {
        fc.pre(a.join(" ") !== b.join(" "));
        expect(similarity(a.join(" "), b.join(" "))).toBeLessThan(0.64);
      }),
      { numRuns: 2000 },
    );
  });

  it("finds an edited long text alike, in words, in Chinese and in code", () => {
    const prose =
      "Write a detailed essay about how the invention of the printing press changed the way in which people in Europe shared what they knew, and compare it with the internet of today in about five hundred words.";
    const chinese =
      "请写一篇关于人工智能如何改变教育方式的文章,并举出三个具体的例子说明它给学生和老师带来的好处与挑战。";
    const code =
      "function sum(list) {\n  let total = 0;\n  for (const x of list) { total += x; }\n  return total;\n}";
    expect(similarity(prose, prose.replace("five hundred", "600"))).toBeGreaterThan(0.8);
    expect(similarity(chinese, chinese.replace("三个", "四个"))).toBeGreaterThan(0.8);
    expect(similarity(code, code.replace("  return", "\treturn"))).toBe(1);
    expect(similarity(code, code.replace("let total", "var total"))).toBeGreaterThan(0.8);
  });
});
