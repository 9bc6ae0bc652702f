import { character, characterClasses, pairClass } from "../../src/core/characters.ts";

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

const multiplier = 0x01000193;

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
  return (text) => measureText(text, classes, tokens, seen);
}

function measureText(text: string, classes: Uint8Array, tokens: Int32Array, seen: Int32Array): TextForm {
  let first = 0;
  let last = text.length;
  while (first < last && classes[text.charCodeAt(first)] === character.space) first++;
  while (last > first && classes[text.charCodeAt(last - 1)] === character.space) last--;

  let pairs = 0;
  let spaces = 0;
  let worded = 0;
  let broken = 0;
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
    const unit = i < last ? text.charCodeAt(i) : 0x20;
    let kind = classes[unit]!;
    if (kind === character.surrogate) {
      const next = i + 1 < last ? text.charCodeAt(i + 1) : 0;
      if (unit < 0xdc00 && next >= 0xdc00 && next <= 0xdfff) {
        kind = pairClass(unit);
        pairs++;
        i++;
        if (kind === character.symbol && tokenCount < maxTokens) tokens[tokenCount++] = next;
      } else kind = character.broken;
    }
    if (kind === character.latin || kind === character.cyrillic || kind === character.foreign) {
      worded++;
      hasLetters = true;
      hash = Math.imul(hash ^ (unit | 0x20), multiplier);
      if (kind === character.latin) latinLetters++;
      else otherLetters++;
      if (script !== 0 && script !== kind) changes++;
      script = kind;
      if (ideographAfterLatin && kind === character.latin) sandwich = true;
      continue;
    }
    if (kind === character.digit || kind === character.mark || kind === character.neutral) {
      worded++;
      if (kind === character.neutral) hasLetters = true;
      hash = Math.imul(hash ^ unit, multiplier);
      continue;
    }
    if (kind === character.ideograph) {
      worded++;
      ideographs++;
      ideographAfterLatin = script === character.latin;
      if (hasLetters && tokenCount < maxTokens) tokens[tokenCount++] = hash;
      if (tokenCount < maxTokens) tokens[tokenCount++] = unit;
      hasLetters = false;
      hash = 0;
      continue;
    }
    if (kind === character.space) spaces++;
    else if (kind === character.broken) broken++;
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
    brokenChars: broken,
    mixedScriptWords: moreChanges + (strayAlphabet ? oneChange : 0) + (strayIdeographs ? sandwiched : 0),
    letterShare: visible === 0 ? 1 : worded / visible,
    repetition: repetitionOf(tokens, tokenCount, seen),
  };
}

/** Counts how many positions of `tokens` end a run that an earlier position ended as well. */
function repetitionOf(tokens: Int32Array, count: number, seen: Int32Array): number {
  if (count < minRepetitionTokens) return 0;
  const size = 1 << (32 - Math.clz32(2 * count - 1));
  const mask = size - 1;
  seen.fill(0, 0, size);
  let repeated = 0;
  for (let i = runTokens - 1; i < count; i++) {
    let run = 0x811c9dc5;
    for (let k = i - runTokens + 1; k <= i; k++) run = Math.imul(run ^ tokens[k]!, multiplier) + (run >>> 15);
    run |= 0;
    if (run === 0) run = 1;
    let slot = (run ^ (run >>> 16)) & mask;
    while (seen[slot] !== 0 && seen[slot] !== run) slot = (slot + 1) & mask;
    if (seen[slot] === run) repeated++;
    else seen[slot] = run;
  }
  return repeated / count;
}
