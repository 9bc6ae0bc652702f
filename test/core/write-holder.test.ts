import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { encodeHolder } from "../../src/core/holder-entry.ts";
import { type At, formatPosition } from "../../src/core/position.ts";
import { mostHolderBytes, writeHolder } from "../../src/core/write-holder.ts";

const position = fc.record({
  topic: fc.oneof(fc.constantFrom("raw", "sample.curated"), fc.string({ unit: "binary", minLength: 1 })),
  partition: fc.integer({ min: 0, max: 999_999_999 }),
  offset: fc.oneof(
    fc.bigInt({ min: 0n, max: 1000n }),
    fc.bigInt({ min: 2n ** 31n - 2n, max: 2n ** 31n + 2n }),
    fc.bigInt({ min: 0n, max: 2n ** 63n - 1n }),
  ),
});
const id = fc.oneof(fc.string(), fc.string({ unit: "binary" }), fc.constantFrom("", "a b", "x\n"));

describe("writeHolder", () => {
  it("writes what encodeHolder gives, replays and characters of all kinds included", () => {
    fc.assert(
      fc.property(position, fc.option(position), id, (where, first, given) => {
        const at: At = { ...where, streamTime: 0, original: formatPosition(first ?? where) };
        const bytes = Buffer.alloc(7 + mostHolderBytes(at, given));
        const end = writeHolder(at, given, bytes, 7);
        expect(bytes.subarray(7, end)).toEqual(Buffer.from(encodeHolder(at, given)));
      }),
      { numRuns: 2000 },
    );
  });
});
