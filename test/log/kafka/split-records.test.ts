import { describe, expect, it } from "vitest";
import { splitRecords } from "../../../src/log/kafka/split-records.ts";

const record = (bytes: number) => ({ key: null, value: Buffer.alloc(bytes), headers: {}, timestamp: 0 });
const sizes = (records: readonly ReturnType<typeof record>[], limit: number) =>
  splitRecords(records, limit).map((list) => list.map(({ value }) => value?.length));

describe("records are split into batches", () => {
  it("below a limit, in order, with one that is larger alone", () => {
    expect(sizes([400, 400, 5000, 100, 100].map(record), 1500)).toEqual([[400, 400], [5000], [100, 100]]);
    expect(sizes([], 1500)).toEqual([]);
  });

  it("of a thousand at most", () => {
    expect(
      sizes(
        Array.from({ length: 2100 }, () => record(1)),
        1 << 20,
      ).map((list) => list.length),
    ).toEqual([1000, 1000, 100]);
  });

  it("counting keys and headers", () => {
    const large = { ...record(0), key: Buffer.alloc(600), headers: { name: "x".repeat(300) } };
    expect(splitRecords([large, large], 1500).map((list) => list.length)).toEqual([1, 1]);
  });
});
