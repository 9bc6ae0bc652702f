import { createRequire } from "node:module";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { crc32c } from "../../../src/log/kafka/crc32c.ts";

const reference: (data: Buffer) => number = createRequire(import.meta.url)(
  "kafkajs/src/protocol/recordBatch/crc32C",
);

describe("the checksum of record batches", () => {
  it("is the one of its specification", () => {
    expect(crc32c(Buffer.from("123456789"))).toBe(0xe306_9283);
    expect(crc32c(Buffer.alloc(32))).toBe(0x8a91_36aa);
  });

  it("is KafkaJS's, for any bytes", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => {
        expect(crc32c(bytes)).toBe(reference(Buffer.from(bytes)) >>> 0);
      }),
    );
  });
});
