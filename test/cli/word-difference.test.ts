import { describe, expect, test } from "vitest";
import { type Piece, wordDifference } from "../../src/cli/word-difference.ts";

/** Both texts, what only one has in brackets. */
function marked(left: string, right: string): readonly string[] {
  const show = (pieces: readonly Piece[]) =>
    pieces.map(({ text, differs }) => (differs ? `[${text}]` : text)).join("");
  return wordDifference(left, right).map(show);
}

describe("the words that two texts do not share", () => {
  test.each([
    ["", "", "", ""],
    ["same here", "same here", "same here", "same here"],
    ["a b", "", "[a b]", ""],
    ["one two three", "one 2 three", "one [two] three", "one [2] three"],
    ["one two three four", "one 2 3 four", "one [two three] four", "one [2 3] four"],
    ["Why?", "Why!", "Why[?]", "Why[!]"],
    ["a  b\n", "a b", "a  b\n", "a b"],
    ["b c d", "a b d", "b [c] d", "[a] b d"],
    [
      "私は東京に住んでいます",
      "私は大阪に住んでいます",
      "私は[東京]に住んでいます",
      "私は[大阪]に住んでいます",
    ],
  ])("%j and %j", (left, right, markedLeft, markedRight) => {
    expect(marked(left, right)).toEqual([markedLeft, markedRight]);
  });

  test("are looked for in the first 2,000 of those between the common beginning and end", () => {
    const text = (first: string, last: string) => `${first} ${"x y ".repeat(1500)}${last} z`;
    const [left] = wordDifference(text("a", "c"), text("b", "d"));
    expect(left.map(({ text, differs }) => [text.length, differs])).toEqual([
      [1, true],
      [3999, false],
      [2003, true],
      [2, false],
    ]);
  });
});
