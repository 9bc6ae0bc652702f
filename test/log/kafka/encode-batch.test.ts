import { createRequire } from "node:module";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { codecOf, compressionTypes } from "../../../src/log/kafka/codecs/codecs.ts";
import { encodeBatch } from "../../../src/log/kafka/encode-batch.ts";
import { readRecords, splitBatches } from "../../../src/log/kafka/record-batch.ts";
import type { NewRecord } from "../../../src/log/kafka/split-records.ts";

interface Encoded {
  readonly buffer: Buffer;
}
const require = createRequire(import.meta.url);
const stock: {
  readonly RecordBatch: (batch: object) => Promise<Encoded>;
} = require("kafkajs/src/protocol/recordBatch/v0");
const stockRecord: (record: object) => Encoded = require("kafkajs/src/protocol/recordBatch/record/v0");

const origin = { producerId: 4_294_967_299n, producerEpoch: 7, firstSequence: 1_234 };

const bytes = fc.option(
  fc.uint8Array({ maxLength: 200 }).map((array) => Buffer.from(array)),
  { nil: null },
);
const record: fc.Arbitrary<NewRecord> = fc.record({
  key: bytes,
  value: bytes,
  headers: fc.dictionary(
    fc.string({ unit: "grapheme", maxLength: 20 }),
    fc.string({ unit: "grapheme", maxLength: 150 }),
  ),
  timestamp: fc.integer({ min: 1_700_000_000_000, max: 1_700_000_900_000 }),
});
const records = fc.array(record, { minLength: 1, maxLength: 200 });

/** What KafkaJS makes of the same records. */
async function stockBatch(given: readonly NewRecord[]): Promise<Buffer> {
  const times = given.map(({ timestamp }) => timestamp);
  const firstTimestamp = Math.min(...times);
  const { buffer } = await stock.RecordBatch({
    records: given.map(({ key, value, headers, timestamp }, i) =>
      stockRecord({ key, value, headers, offsetDelta: i, timestampDelta: timestamp - firstTimestamp }),
    ),
    ...origin,
    firstTimestamp,
    maxTimestamp: Math.max(...times),
    transactional: true,
    lastOffsetDelta: given.length - 1,
  });
  return buffer;
}

describe("a batch of records", () => {
  it("is, byte by byte, what KafkaJS writes", async () => {
    await fc.assert(
      fc.asyncProperty(records, async (given) => {
        expect(await encodeBatch(given, origin, undefined)).toEqual(await stockBatch(given));
      }),
    );
  });

  for (const [name, type] of Object.entries(compressionTypes).filter(([, number]) => number !== 0))
    it(`is read again as it was written, packed with ${name}`, async () => {
      const pack = (plain: Buffer) => codecOf(type).compress(plain);
      await fc.assert(
        fc.asyncProperty(records, async (given) => {
          const [batch] = splitBatches("t", 0, await encodeBatch(given, origin, { type, pack }));
          const read = await readRecords(batch!);
          expect(
            read.map(({ key, value, headers, timestamp }) => ({
              key,
              value,
              headers: Object.fromEntries(headers.map(([header, content]) => [header, String(content)])),
              timestamp,
            })),
          ).toEqual(given);
        }),
        { numRuns: 20 },
      );
    });
});
