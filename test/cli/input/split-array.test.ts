import fc from "fast-check";
import { expect, test } from "vitest";
import { splitArray } from "../../../src/cli/input/split-array.ts";
import { MagpieError } from "../../../src/core/errors.ts";
import { splitAll } from "./split-all.ts";

const split = (...chunks: readonly string[]) => splitAll(splitArray("a.json", 100), chunks);

function refusal(text: string): string {
  try {
    split(text);
  } catch (error) {
    if (error instanceof MagpieError) return `${error.code} ${error.message}`;
  }
  return "not refused";
}

test("elements keep their bytes and know the line they begin on", () => {
  expect(split('\n[{"a": "]}"},\n', ' {\n"b": [1, {"c": "\\"["}]}, 3,"x" ]\n')).toEqual({
    records: [
      { line: 2, nth: 1, text: '{"a": "]}"}' },
      { line: 3, nth: 1, text: '{\n"b": [1, {"c": "\\"["}]}' },
      { line: 4, nth: 1, text: "3" },
      { line: 4, nth: 2, text: '"x"' },
    ],
    oversize: [],
  });
});

test("an empty array has no records", () => {
  expect(split(" [ \n ] ")).toEqual({ records: [], oversize: [] });
});

test("an element over the limit is skipped, and what follows it is read", () => {
  expect(split("[", `"${"x".repeat(60)}`, `${"y".repeat(60)}",`, "1]")).toEqual({
    records: [{ line: 1, nth: 2, text: "1" }],
    oversize: [{ line: 1, nth: 1, size: 122 }],
  });
});

test.each([
  ['[{"a":1}\n', "a.json:2", "its closing bracket is missing"],
  ['[{"a":1}', "a.json:1", "its closing bracket is missing"],
  ['[{"a": "x', "a.json:1", "its closing bracket is missing"],
  ['[{"a":1}\n{"b":2}]', "a.json:2", "a comma is missing between two elements"],
  ["[1,\n]", "a.json:2", 'a value is missing before "]"'],
  ["[1,,2]", "a.json:1", 'a value is missing before ","'],
  ["[1]\n[2]", "a.json:2", "there is more text after its closing bracket"],
])("%j is refused at %s", (text, place, why) => {
  expect(refusal(text)).toBe(
    `MGP_INPUT_MALFORMED ${place}: the file begins with "[", so it must be one JSON array, but ${why}; repair it, or write one record per line`,
  );
});

test("any JSON array gives its elements, however it is written and cut", () => {
  const space = fc.constantFrom("", " ", "\n", "\r\n\t");
  fc.assert(
    fc.property(fc.array(fc.jsonValue()), space, fc.integer({ min: 1, max: 9 }), (values, gap, size) => {
      const texts = values.map((value) => JSON.stringify(value));
      const input = Buffer.from(`[${gap}${texts.join(`${gap},${gap}`)}${gap}]${gap}`);
      const splitter = splitArray("a.json", 1e6);
      const found: string[] = [];
      for (let start = 0; start < input.length; start += size)
        for (const { bytes } of splitter.push(input.subarray(start, start + size)).records)
          found.push(Buffer.from(bytes).toString());
      splitter.end();
      expect(found).toEqual(texts);
    }),
  );
});
