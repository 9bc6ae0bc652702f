import fc from "fast-check";
import { expect, it } from "vitest";
import { BlockEncoder } from "../../src/runtime/block-encoder.ts";

it("encodes every text as UTF-8, and what it gave before stays as it was", () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: "binary" })), (texts) => {
      const encoder = new BlockEncoder();
      const encoded = texts.map((text) => encoder.encode(text));
      expect(encoded.map((bytes) => Buffer.from(bytes).toString("utf8"))).toEqual(texts);
    }),
  );
});

it("takes texts that are larger than a block, and goes on after them", () => {
  const encoder = new BlockEncoder();
  const texts = ["before", "\u00e9".repeat(2_000_000), "after"];
  expect(texts.map((text) => Buffer.from(encoder.encode(text)).equals(Buffer.from(text)))).toEqual([
    true,
    true,
    true,
  ]);
});
