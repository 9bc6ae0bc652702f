import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Batch, encodeBatch, type PlacedMessage } from "../../../src/log/embedded/batch.ts";

const placed: fc.Arbitrary<PlacedMessage> = fc.record(
  {
    partition: fc.nat({ max: 2 ** 31 }),
    offset: fc.maxSafeNat(),
    timestamp: fc.integer({ min: 0, max: 2 ** 42 }),
    key: fc.string({ unit: "grapheme" }),
    headers: fc.dictionary(fc.stringMatching(/^[a-z-]{1,8}$/), fc.string({ unit: "grapheme" })),
    value: fc.uint8Array(),
  },
  { requiredKeys: ["partition", "offset", "timestamp", "value"] },
);

describe("a batch", () => {
  it("gives back every message that was put in", () => {
    const property = fc.property(fc.array(placed, { minLength: 1 }), fc.nat(), (messages, appendedAt) => {
      const batch = new Batch(encodeBatch(messages, appendedAt));
      expect(batch.appendedAt).toBe(appendedAt);
      expect(Array.from({ length: batch.count }, (_, i) => batch.message(i, "t"))).toEqual(
        messages.map(({ partition, offset, timestamp, key, headers, value }) => ({
          position: { topic: "t", partition, offset: BigInt(offset) },
          ...(key === undefined ? {} : { key }),
          headers: headers ?? {},
          timestamp,
          value: Buffer.from(value),
        })),
      );
    });
    fc.assert(property);
  });

  it("is refused when any one of its bytes was changed", () => {
    const value = Uint8Array.of(1, 2, 3);
    const bytes = encodeBatch([{ partition: 0, offset: 0, timestamp: 0, headers: { a: "b" }, value }], 0);
    for (let i = 0; i < bytes.length; i++) {
      const damaged = Buffer.from(bytes);
      damaged[i]! ^= 1;
      expect(() => new Batch(damaged)).toThrow("checksum");
    }
    expect(() => new Batch(Buffer.alloc(3))).toThrow("checksum");
  });
});
