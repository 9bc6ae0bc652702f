import { character, characterClasses, pairClass } from "../../src/core/characters.ts";

// Constants of this module are folded into the loop; properties of an imported object are read every time.
const { broken, cyrillic, digit, foreign, ideograph, latin, mark, neutral, space, surrogate, symbol } =
  character;

/** What one pass over a text tells about its form. */
export interface TextForm {
  /** Code points, white space at the ends left out. */
  readonly chars: number;
  /** Lost or broken characters: U+FFFD, halves of surrogate pairs, control characters. */
  readonly brokenChars: number;
  readonly mixedScriptWords: number;
  /** Share of letters, digits and marks in all but white space, 0 to 1. */
  readonly letterShare: number;
  /** Share of the tokens that complete a run of {@link runTokens} tokens the text already had, 0 to 1. */
  readonly repetition: number;
}

/** A run this long that comes back is no coincidence of wording, but a copy. */
export const runTokens = 8;

/** Shorter texts (in tokens) have no repetition: a chorus or a table header is not a loop. */
export const minRepetitionTokens = 40;

/** Tokens looked at for repetition: more than a model writes in one turn, and a bound on memory. */
const maxTokens = 16_384;

/** FNV-1a's prime, for tokens. */
const prime = 0x01000193;

/** Base of the rolling hash of runs, and its power by which the oldest token of a run has grown. */
const base = 0x2c1b3c6d;
const baseToRun = power(base, runTokens);

/**
 * Gives a function that measures a text in one pass over its UTF-16 units. It uses its tables again for every text.
 *
 * Tokens for repetition are words in lower case, single Han and kana characters, and emoji; numbers and punctuation are
 * left out, so that tables and sums do not look like loops. Runs are compared by 32-bit hash: among 1,000 runs a chance
 * collision has odds of 1 in 10,000 and adds one token.
 *
 * A word mixes scripts when letters of Latin, Cyrillic or a further alphabet touch. Greek and Hangul may touch any
 * (`μTorrent`, `Python을`), and so may Han and kana, which have no spaces. In a text that is mostly not Latin, one change
 * inside a word is a loan with an ending (`PDFку`) and does not count.
 */
export function createTextMeter(): (text: string) => TextForm {
  const classes = characterClasses();
  const tokens = new Int32Array(maxTokens);
  const seen = new Int32Array(2 * maxTokens);
  let units = new Uint16Array(0);
  let bytes = Buffer.alloc(0);
  return (text) => {
    if (units.length <= text.length) {
      units = new Uint16Array(2 * text.length + 1);
      bytes = Buffer.from(units.buffer);
    }
    // A unit from a typed array costs a fraction of `charCodeAt`.
    bytes.write(text, "utf16le");
    units[text.length] = 0x20;
    return measureUnits(units, text.length, classes, tokens, seen);
  };
}

/** Behind its `length` units, the text is followed by a space. */
function measureUnits(
  units: Uint16Array,
  length: number,
  classes: Uint8Array,
  tokens: Int32Array,
  seen: Int32Array,
): TextForm {
  let first = 0;
  let last = length;
  while (first < last && classes[units[first]!] === space) first++;
  while (last > first && classes[units[last - 1]!] === space) last--;

  let pairs = 0;
  let spaces = 0;
  let worded = 0;
  let brokenChars = 0;
  let latinLetters = 0;
  let otherLetters = 0;
  let ideographs = 0;
  let oneChange = 0;
  let moreChanges = 0;
  let sandwiched = 0;
  let tokenCount = 0;

  let hash = 0;
  let hasLetters = false;
  let script = 0;
  let changes = 0;
  let ideographAfterLatin = false;
  let sandwich = false;

  for (let i = first; i <= last; i++) {
    let unit = units[i]!;
    let kind = classes[unit]!;
    if (kind === surrogate) {
      const next = i + 1 < last ? units[i + 1]! : 0;
      if (unit < 0xdc00 && next >= 0xdc00 && next <= 0xdfff) {
        kind = pairClass(unit);
        pairs++;
        i++;
        if (kind === symbol && tokenCount < maxTokens) tokens[tokenCount++] = next;
      } else kind = broken;
    }
    if (kind === latin || kind === cyrillic || kind === foreign) {
      const start = i;
      do {
        hash = Math.imul(hash ^ (unit | 0x20), prime);
        unit = units[++i]!;
      } while (classes[unit] === kind);
      const letters = i - start;
      i--;
      worded += letters;
      hasLetters = true;
      if (kind === latin) latinLetters += letters;
      else otherLetters += letters;
      if (script !== 0 && script !== kind) changes++;
      script = kind;
      if (ideographAfterLatin && kind === latin) sandwich = true;
      continue;
    }
    if (kind === digit || kind === mark || kind === neutral) {
      worded++;
      if (kind === neutral) hasLetters = true;
      hash = Math.imul(hash ^ unit, prime);
      continue;
    }
    if (kind === ideograph) {
      worded++;
      ideographs++;
      ideographAfterLatin = script === latin;
      if (hasLetters && tokenCount < maxTokens) tokens[tokenCount++] = hash;
      if (tokenCount < maxTokens) tokens[tokenCount++] = unit;
      hasLetters = false;
      hash = 0;
      continue;
    }
    if (kind === space) spaces++;
    else if (kind === broken) brokenChars++;
    if (hasLetters && tokenCount < maxTokens) tokens[tokenCount++] = hash;
    if (changes === 1) oneChange++;
    else if (changes > 1) moreChanges++;
    if (sandwich) sandwiched++;
    hash = 0;
    hasLetters = false;
    script = 0;
    changes = 0;
    ideographAfterLatin = false;
    sandwich = false;
  }

  const chars = last - first - pairs;
  const visible = chars - spaces + 1;
  const strayAlphabet = latinLetters >= otherLetters;
  const strayIdeographs = ideographs <= 2 * sandwiched;
  return {
    chars,
    brokenChars,
    mixedScriptWords: moreChanges + (strayAlphabet ? oneChange : 0) + (strayIdeographs ? sandwiched : 0),
    letterShare: visible === 0 ? 1 : worded / visible,
    repetition: repetitionOf(tokens, tokenCount, seen),
  };
}

/**
 * Counts how many positions of `tokens` end a run that an earlier position ended as well. The hash of a run is rolled from
 * that of the one before: the new token comes in, the oldest goes out.
 */
function repetitionOf(tokens: Int32Array, count: number, seen: Int32Array): number {
  if (count < minRepetitionTokens) return 0;
  const size = 1 << (32 - Math.clz32(2 * count - 1));
  const shift = 1 + Math.clz32(size);
  seen.fill(0, 0, size);
  let repeated = 0;
  let run = 0;
  for (let i = 0; i < count; i++) {
    run = (Math.imul(run, base) + tokens[i]!) | 0;
    if (i >= runTokens) run = (run - Math.imul(tokens[i - runTokens]!, baseToRun)) | 0;
    if (i < runTokens - 1) continue;
    const key = run === 0 ? 1 : run;
    let slot = Math.imul(key, 0x9e3779b1) >>> shift;
    while (seen[slot] !== 0 && seen[slot] !== key) slot = slot + 1 === size ? 0 : slot + 1;
    if (seen[slot] === key) repeated++;
    else seen[slot] = key;
  }
  return repeated / count;
}

/** Modulo 2^32. */
function power(value: number, exponent: number): number {
  let result = 1;
  for (let i = 0; i < exponent; i++) result = Math.imul(result, value);
  return result;
}
