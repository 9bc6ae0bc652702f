import { expect, test } from "vitest";
import { wrapPieces, wrapText } from "../../../src/cli/render/wrap.ts";

test("a text is broken at spaces, and inside a word only where it is longer than a line", () => {
  expect(wrapText("the quick brown fox", 10)).toEqual(["the quick", "brown fox"]);
  expect(wrapText("a incomprehensible b", 6)).toEqual(["a", "incomp", "rehens", "ible b"]);
  expect(wrapText("東京に住む", 4)).toEqual(["東京", "に住", "む"]);
  expect(wrapText("", 10)).toEqual([""]);
});

test("pieces keep what they are when they go on in the next line", () => {
  const pieces = [
    { text: "same ", differs: false },
    { text: "other words", differs: true },
  ];
  expect(wrapPieces(pieces, 11)).toEqual([
    [
      { text: "same ", differs: false },
      { text: "other", differs: true },
    ],
    [{ text: "words", differs: true }],
  ]);
});
