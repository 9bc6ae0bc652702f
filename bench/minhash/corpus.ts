import { closeSync, openSync, readFileSync, writeSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { packageRoot } from "../../src/package-root.ts";
import { seededRandom } from "../../src/runtime/seeded-random.ts";

/** Share of the texts that are an earlier one with a word or two changed. */
const copyShare = 0.15;

/** Share of the copies with two words changed; the others have one. */
const twoEditsShare = 0.3;

/** Fragments of a text, and consecutive words of a fragment: as many on average as give 42 words. */
const fragments = { least: 3, most: 9 };
const fragmentWords = { least: 4, most: 10 };

const textsPerWrite = 4096;

/** Every instruction and every answer in `examples/data`, in order, as one line each. */
export function realTexts(): readonly string[] {
  const instructions = ["generations-wide", "generations-narrow"].flatMap((name) =>
    column(name, "instruction"),
  );
  return [...instructions, ...column("conversations", "response")].map(oneLine).filter((text) => text !== "");
}

/**
 * Texts made of the real ones, any number of them; text `k` is the same in every run. Real words, case and punctuation stay:
 * a text is 3 to 9 fragments, each 4 to 10 consecutive words from any place of any real text (every place as likely), so that half of the texts have
 * 42 words or more. From text 1 on, 15 % are not new but an earlier text of any age, in which one word, or (30 %) two, are
 * replaced by other real words: with 42 words that is a Jaccard similarity of 0.86, or about 0.74, of the word-3-shingles.
 */
export function grownTexts(): (k: number) => string {
  const texts = realTexts().map((text) => text.split(" "));
  const words = texts.flat();
  const grow = (k: number): string[] => {
    const random = seededRandom(`text ${k}`);
    const isCopy = k > 0 && random() < copyShare;
    if (!isCopy) return newText(words, random);
    const copy = grow(between(0, k - 1, random));
    for (let edits = random() < twoEditsShare ? 2 : 1; edits > 0; edits--)
      copy[between(0, copy.length - 1, random)] = words[between(0, words.length - 1, random)]!;
    return copy;
  };
  return (k) => grow(k).join(" ");
}

/** Writes the first `count` texts as lines. */
export function writeTexts(file: string, count: number, text: (k: number) => string): void {
  const descriptor = openSync(file, "w");
  for (let start = 0; start < count; start += textsPerWrite) {
    const length = Math.min(textsPerWrite, count - start);
    writeSync(descriptor, Array.from({ length }, (_, i) => `${text(start + i)}\n`).join(""));
  }
  closeSync(descriptor);
}

function newText(words: readonly string[], random: () => number): string[] {
  const text: string[] = [];
  for (let left = between(fragments.least, fragments.most, random); left > 0; left--) {
    const start = between(0, words.length - fragmentWords.most, random);
    text.push(...words.slice(start, start + between(fragmentWords.least, fragmentWords.most, random)));
  }
  return text;
}

/** A whole number, both ends included, all equally likely. */
function between(least: number, most: number, random: () => number): number {
  return least + Math.floor(random() * (most - least + 1));
}

function column(name: string, member: string): readonly string[] {
  const file = new URL(`examples/data/${name}.jsonl.gz`, packageRoot());
  const lines = gunzipSync(readFileSync(file)).toString("utf8").split("\n");
  return lines
    .filter((line) => line !== "")
    .map((line) => String((JSON.parse(line) as Readonly<Record<string, unknown>>)[member]));
}

/** White space as single spaces, none at the ends. */
function oneLine(text: string): string {
  return text.split(/\s+/).filter(Boolean).join(" ");
}
