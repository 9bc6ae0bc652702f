import fc from "fast-check";
import { expect, test } from "vitest";
import { coloured } from "../../../src/cli/render/style.ts";
import { displayWidth, elide, oneLine, padEnd, padStart, truncate } from "../../../src/cli/render/text.ts";

test("a text becomes one line that cannot move the cursor, recolour the terminal or turn text around", () => {
  expect(oneLine(" a\n\n\tb\u001b[31mc\u001b]0;title\u0007 \u202ed \ud800 ")).toBe("a bc \ufffdd \ufffd");
});

test("what does not fit is cut with an ellipsis, wide characters and colours counted as they show", () => {
  expect([
    truncate("abcdef", 6),
    truncate("abcdef", 5),
    truncate("请你写出一个", 7),
    truncate(coloured.red("abcdef"), 4),
    truncate("e\u0301e\u0301", 2),
  ]).toEqual(["abcdef", "abcd…", "请你写…", coloured.red("abc…"), "e\u0301e\u0301"]);
});

test("an elided text keeps its end", () => {
  expect([elide("abcdef", 6), elide("Translate this into French:", 15), elide("请你写出一个", 9)]).toEqual([
    "abcdef",
    "Translate…ench:",
    "请你…个",
  ]);
});

test("padding fills up to a width in columns", () => {
  expect([padEnd("中", 4), padStart("中", 4), padStart("12345", 3)]).toEqual(["中  ", "  中", "12345"]);
});

test("no text is wider than it may be after it was cut", () => {
  fc.assert(
    fc.property(fc.string({ unit: "grapheme" }), fc.integer({ min: 1, max: 30 }), (text, width) => {
      expect(displayWidth(truncate(oneLine(text), width))).toBeLessThanOrEqual(width);
      expect(displayWidth(elide(oneLine(text), width))).toBeLessThanOrEqual(width);
    }),
  );
});
