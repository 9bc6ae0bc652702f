import fc from "fast-check";
import { expect, test } from "vitest";
import { findJsonError } from "../../../src/core/read-shapes/find-json-error.ts";

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** JSON texts with up to three characters deleted, inserted or exchanged. */
const damaged = fc
  .tuple(
    fc.json({ stringUnit: "binary" }),
    fc.array(fc.tuple(fc.nat(), fc.nat(1), fc.constantFrom(...'{}[],:"\\ 01-.eEtnu\n\u0001')), {
      maxLength: 3,
    }),
  )
  .map(([json, edits]) =>
    edits.reduce((text, [at, deleted, inserted]) => {
      const index = at % (text.length + 1);
      return text.slice(0, index) + inserted + text.slice(index + deleted);
    }, json),
  );

test("an error is found exactly where JSON.parse refuses the text", () => {
  fc.assert(
    fc.property(damaged, (text) => {
      expect(findJsonError(text) === undefined).toBe(isJson(text));
    }),
    { numRuns: 2000 },
  );
});

test("what stands before the error can be part of JSON", () => {
  const valid = '{"a":[1,-2.5e3,true,null,"x\\u00e9"],"b":{}}';
  for (let length = 0; length < valid.length; length++) {
    expect(findJsonError(valid.slice(0, length))).toBeLessThanOrEqual(length);
    expect(findJsonError(`${valid.slice(0, length)}\u0001`)).toBeLessThanOrEqual(length);
  }
  expect(findJsonError(valid)).toBeUndefined();
});

test.each([
  ["", 0],
  ["{", 1],
  ['{"a" 1}', 5],
  ['{"a":1,}', 7],
  ["[1,]", 3],
  ["[1 2]", 3],
  ["01", 1],
  ['"a\nb"', 2],
  ['"\\x"', 1],
  ["nul", 0],
  ["{} x", 3],
  ["[}", 1],
])("%j goes wrong at %i", (text, offset) => {
  expect(findJsonError(text)).toBe(offset);
});
