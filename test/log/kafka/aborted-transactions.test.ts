import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { AbortedTransactions } from "../../../src/log/kafka/aborted-transactions.ts";
import { splitBatches } from "../../../src/log/kafka/record-batch.ts";
import { encodeBatch, encodeMarker } from "./encode-batch.ts";

type Step = { readonly producer: number; readonly does: "write" | "abort" | "commit" };

const step: fc.Arbitrary<Step> = fc.record({
  producer: fc.integer({ min: 1, max: 4 }),
  does: fc.constantFrom("write", "write", "write", "abort", "commit"),
});

/** A partition as a broker would hold it, and what a broker would say of the stretch from an offset on. */
function partitionOf(steps: readonly Step[]) {
  const batches: Buffer[] = [];
  const open = new Map<number, { first: number; offsets: number[] }>();
  const aborted: { producerId: bigint; firstOffset: bigint; end: number }[] = [];
  const committed: number[] = [];
  for (const { producer, does } of steps) {
    const offset = batches.length;
    if (does === "write") {
      // The key that KafkaJS takes for the end of a transaction.
      const key = offset % 3 === 0 ? Buffer.alloc(4) : null;
      batches.push(encodeBatch({ offset, producerId: producer, isTransactional: true, key }));
      const transaction = open.get(producer) ?? { first: offset, offsets: [] };
      transaction.offsets.push(offset);
      open.set(producer, transaction);
      continue;
    }
    const transaction = open.get(producer);
    if (transaction === undefined) continue;
    open.delete(producer);
    batches.push(encodeMarker({ offset, producerId: producer, commits: does === "commit" }));
    if (does === "commit") committed.push(...transaction.offsets);
    else aborted.push({ producerId: BigInt(producer), firstOffset: BigInt(transaction.first), end: offset });
  }
  // Read what is committed: nothing from the first transaction on that has not ended.
  const stable = Math.min(batches.length, ...[...open.values()].map(({ first }) => first));
  return {
    batches: batches.slice(0, stable),
    aborted,
    committed: committed.filter((offset) => offset < stable),
  };
}

describe("the filter of aborted transactions", () => {
  it("keeps exactly what was committed, whatever producers overlap and wherever a fetch begins", async () => {
    const property = fc.asyncProperty(fc.array(step, { maxLength: 60 }), fc.nat(59), async (steps, at) => {
      const { batches, aborted, committed } = partitionOf(steps);
      const from = Math.min(at, batches.length);
      // Brokers name the transactions that end at or after the first offset, in the order of their ends.
      const named = aborted.filter(({ end }) => end >= from);
      const filter = new AbortedTransactions(named);
      const kept: number[] = [];
      for (const batch of splitBatches("t", 0, Buffer.concat(batches.slice(from))))
        if (await filter.isCommitted(batch)) kept.push(Number(batch.firstOffset));
      expect(kept).toEqual(committed.filter((offset) => offset >= from).sort((a, b) => a - b));
    });
    await fc.assert(property, { numRuns: 500 });
  });

  it("keeps what is not part of a transaction, also of a producer that aborts one", async () => {
    const filter = new AbortedTransactions([{ producerId: 1n, firstOffset: 0n }]);
    const batches = [
      encodeBatch({ offset: 0, producerId: 1, isTransactional: true, key: null }),
      encodeBatch({ offset: 1, producerId: 1, isTransactional: false, key: null }),
    ];
    const [aborted, plain] = splitBatches("t", 0, Buffer.concat(batches));
    expect([await filter.isCommitted(aborted!), await filter.isCommitted(plain!)]).toEqual([false, true]);
  });
});
