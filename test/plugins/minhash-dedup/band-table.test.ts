import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { BandTable } from "../../../plugins/minhash-dedup/band-table.ts";

function under(table: BandTable, key: number): number[] {
  const records: number[] = [];
  table.collect(key, records);
  return records.sort((a, b) => a - b);
}

/** Few keys, of which many lie together: at the ends, where a table runs over, and in one place. */
const key = fc.oneof(
  fc.integer({ min: 0, max: 3 }),
  fc.integer({ min: 2 ** 32 - 4, max: 2 ** 32 - 1 }),
  fc.integer({ min: 2 ** 31, max: 2 ** 31 + 8 }),
  fc.integer({ min: 0, max: 2 ** 32 - 1 }),
);

const operation = fc.record({ kind: fc.constantFrom("insert", "insert", "remove"), key });

describe("BandTable", () => {
  it("holds what a map from key to records holds, whatever is inserted and removed", () => {
    fc.assert(
      fc.property(fc.array(operation, { maxLength: 400 }), (operations) => {
        const table = new BandTable();
        const model = new Map<number, number[]>();
        operations.forEach(({ kind, key: k }, i) => {
          const records = model.get(k) ?? [];
          if (kind === "insert") {
            table.insert(k, i + 1, Number.POSITIVE_INFINITY);
            model.set(k, [...records, i + 1]);
          } else if (records.length > 0) {
            const gone = records[i % records.length]!;
            table.remove(k, gone);
            model.set(
              k,
              records.filter((record) => record !== gone),
            );
          }
        });
        for (const [k, records] of model) expect(under(table, k)).toEqual(records);
      }),
      { numRuns: 300 },
    );
  });

  it("keeps everything while it grows, in order and out of order", () => {
    const table = new BandTable();
    const keys = Array.from({ length: 20_000 }, (_, i) => Math.imul(i, 0x9e3779b1) >>> 0);
    keys.forEach((k, i) => {
      table.insert(k, i + 1, 64);
    });
    expect(keys.filter((k, i) => !under(table, k).includes(i + 1))).toEqual([]);
    keys.forEach((k, i) => {
      if (i % 2 === 0) table.remove(k, i + 1);
    });
    expect(keys.filter((k, i) => under(table, k).includes(i + 1) !== (i % 2 === 1))).toEqual([]);
  });

  it("makes room when all keys crowd together at the very end", () => {
    const table = new BandTable();
    const crowd = Array.from({ length: 3000 }, (_, i) => i + 1);
    for (const record of crowd) table.insert(2 ** 32 - 1 - (record % 50), record, Number.POSITIVE_INFINITY);
    expect(under(table, 2 ** 32 - 1)).toEqual(crowd.filter((record) => record % 50 === 0));
  });

  it("takes no more records under a key than it is told", () => {
    const table = new BandTable();
    expect([1, 2, 3].map((record) => table.insert(7, record, 2))).toEqual([true, true, false]);
    expect(under(table, 7)).toEqual([1, 2]);
  });

  it("refuses to remove what is not there", () => {
    expect(() => new BandTable().remove(7, 1)).toThrow("record 1 is not under the key 7");
  });
});
