/** What a UTF-16 code unit is to the tokeniser. */
export const kind = {
  /** Punctuation and whatever else is none of the following: a token only between other characters, or alone. */
  punctuation: 0,
  space: 1,
  /** Letters and digits: a run of them is one token. */
  word: 2,
  /** Combining marks and joiners: part of the token they follow. */
  mark: 3,
  /** A letter of a script written without spaces: each is a token of its own. */
  unspaced: 4,
  /** Always a token of its own: `C`, `C#` and `C++` are not the same. */
  symbol: 5,
  /** Skipped inside a word, so that `don't`, `don’t` and `dont` are one word. */
  apostrophe: 6,
  surrogate: 7,
} as const;

const assignments: readonly (readonly [RegExp, number])[] = [
  [/\p{S}+/gu, kind.symbol],
  [/[#%&@/\\]+/gu, kind.symbol],
  [/`+/gu, kind.punctuation],
  [/[\p{L}\p{Nd}]+/gu, kind.word],
  [
    /[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Thai}\p{sc=Lao}\p{sc=Khmer}\p{sc=Myanmar}\u30fc]+/gu,
    kind.unspaced,
  ],
  [/\p{Nd}+/gu, kind.word],
  [/[\p{M}\u200c\u200d]+/gu, kind.mark],
  [/[\s\u0085]+/gu, kind.space],
  [/['’]+/gu, kind.apostrophe],
];

const unitCount = 65_536;

let table: Uint8Array | undefined;

/** The kind of every UTF-16 code unit, 65,536 entries; built on first use (some milliseconds), then shared. */
export function characterKinds(): Uint8Array {
  table ??= build();
  return table;
}

function build(): Uint8Array {
  const kinds = new Uint8Array(unitCount);
  for (const [from, to] of [
    [0, 0xd800],
    [0xe000, unitCount],
  ] as const) {
    let characters = "";
    for (let unit = from; unit < to; unit++) characters += String.fromCharCode(unit);
    for (const [pattern, value] of assignments)
      for (const match of characters.matchAll(pattern))
        kinds.fill(value, from + match.index, from + match.index + match[0].length);
  }
  return kinds.fill(kind.surrogate, 0xd800, 0xe000);
}

/** The kind of the character a high surrogate begins: ideographs of planes 2 and 3, emoji of U+1F000–1FBFF, else a letter. */
export function pairKind(high: number): number {
  if (high >= 0xd840 && high < 0xdb40) return kind.unspaced;
  if (high >= 0xd83c && high <= 0xd83e) return kind.symbol;
  return high >= 0xdb40 ? kind.mark : kind.word;
}
