/** What a UTF-16 code unit is, as far as counting words and telling scripts apart needs it. */
export const character = {
  /** Punctuation, symbols, unassigned. */
  other: 0,
  space: 1,
  digit: 2,
  /** Combining marks and joiners: part of the word they stand in. */
  mark: 3,
  latin: 4,
  cyrillic: 5,
  /** Han and kana: scripts written without spaces, where each character is read as a word of its own. */
  ideograph: 6,
  /** A letter that may stand in a word with letters of any script: Greek (`μTorrent`), Hangul, phonetic letters. */
  neutral: 7,
  /** A letter of any further script, such as Arabic, Hebrew, Devanagari or Thai. */
  foreign: 8,
  /** Emoji and pictographs. */
  symbol: 9,
  /** Half of a surrogate pair. */
  surrogate: 10,
  /** U+FFFD and control characters other than white space: bytes that were lost or never were text. */
  broken: 11,
} as const;

const assignments: readonly (readonly [RegExp, number])[] = [
  [/\p{L}+/gu, character.foreign],
  [/\p{M}+/gu, character.mark],
  [/[\p{sc=Greek}\p{sc=Hangul}\p{Lm}]+/gu, character.neutral],
  [/\p{sc=Latin}+/gu, character.latin],
  [/\p{sc=Cyrillic}+/gu, character.cyrillic],
  [/[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\u30fc]+/gu, character.ideograph],
  [/\p{Nd}+/gu, character.digit],
  [/[\u200c\u200d]+/gu, character.mark],
  [/[\u2600-\u27bf\u2b50\u2b55]+/gu, character.symbol],
  [/[\s\u0085]+/gu, character.space],
  [/[\u0000-\u0008\u000e-\u001f\u007f\ufffd]+/gu, character.broken],
];

let table: Uint8Array | undefined;

/**
 * The class of every UTF-16 code unit, as an array of 65,536 entries: one look-up a character is what makes measuring
 * a text cheap. Built on first use (some milliseconds), then shared.
 */
export function characterClasses(): Uint8Array {
  table ??= build();
  return table;
}

function build(): Uint8Array {
  const classes = new Uint8Array(65_536);
  classes.fill(character.surrogate, 0xd800, 0xe000);
  const below = codeUnits(0, 0xd800);
  const above = codeUnits(0xe000, 0x10000);
  for (const [pattern, value] of assignments) {
    for (const match of below.matchAll(pattern))
      classes.fill(value, match.index, match.index + match[0].length);
    for (const match of above.matchAll(pattern)) {
      const start = 0xe000 + match.index;
      classes.fill(value, start, start + match[0].length);
    }
  }
  return classes;
}

function codeUnits(from: number, to: number): string {
  const units = new Uint16Array(to - from);
  for (let i = 0; i < units.length; i++) units[i] = from + i;
  return Array.from(units, (unit) => String.fromCharCode(unit)).join("");
}

/**
 * The class of a surrogate pair, by its first half: ideographs of planes 2 and 3, emoji of U+1F000–1FBFF, else a letter
 * (historic scripts, mathematical alphabets), which may stand beside any other.
 */
export function pairClass(high: number): number {
  if (high >= 0xd840 && high < 0xdb40) return character.ideograph;
  if (high >= 0xd83c && high <= 0xd83e) return character.symbol;
  return high >= 0xdb40 ? character.mark : character.neutral;
}

/** Number of code points: what people call characters, for all but combined emoji. */
export function codePoints(text: string): number {
  let count = text.length;
  for (let i = 0; i < text.length - 1; i++) {
    const unit = text.charCodeAt(i);
    if (unit < 0xd800 || unit > 0xdbff) continue;
    const next = text.charCodeAt(i + 1);
    if (next >= 0xdc00 && next <= 0xdfff) {
      count--;
      i++;
    }
  }
  return count;
}
