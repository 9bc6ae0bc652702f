import fc from "fast-check";
import { expect, test } from "vitest";
import { splitLines } from "../../../src/cli/input/split-lines.ts";
import { splitAll } from "./split-all.ts";

test("lines end in LF, CRLF or with the input; empty ones are no records but count as lines", () => {
  expect(splitAll(splitLines(100), ["a\r\n\n", "b", "c\n\r\n", "d"])).toEqual({
    records: [
      { line: 1, nth: 1, text: "a" },
      { line: 3, nth: 1, text: "bc" },
      { line: 5, nth: 1, text: "d" },
    ],
    oversize: [],
  });
});

test("a record of the limit goes in, one byte more is reported with its line and size", () => {
  expect(splitAll(splitLines(3), ["abc\r\n", "ab", "cd", "\n", "abcdefghij"])).toEqual({
    records: [{ line: 1, nth: 1, text: "abc" }],
    oversize: [
      { line: 2, nth: 1, size: 4 },
      { line: 3, nth: 1, size: 10 },
    ],
  });
});

test("bytes are not interpreted", () => {
  const splitter = splitLines(100);
  const line = Uint8Array.of(0xff, 0x00, 0xfe, 0x20);
  expect(splitter.push(Uint8Array.of(...line, 0x0a)).records.map(({ bytes }) => [...bytes])).toEqual([
    [...line],
  ]);
});

test("where the input is cut into chunks makes no difference", () => {
  const text = fc
    .array(fc.constantFrom("a", "b", " ", "\r", "\n"), { maxLength: 60 })
    .map((parts) => parts.join(""));
  fc.assert(
    fc.property(text, fc.array(fc.nat(60), { maxLength: 8 }), (input, cuts) => {
      const places = [0, ...cuts.filter((cut) => cut < input.length).sort((a, b) => a - b), input.length];
      const chunks = places.slice(1).map((end, i) => input.slice(places[i], end));
      expect(splitAll(splitLines(5), chunks)).toEqual(splitAll(splitLines(5), [input]));
    }),
  );
});
