import { isAbortMarker, type RecordBatch } from "./record-batch.ts";

/** A transaction that was aborted, as a broker names it beside what it gives of a partition. */
export interface AbortedTransaction {
  readonly producerId: bigint;
  readonly firstOffset: bigint;
}

/**
 * Tells what of one fetched stretch of a partition was committed.
 *
 * Fault: KafkaJS takes the list of aborted transactions to be ordered by first offset (brokers order it by end), steps into one
 * of them per message at most, and takes a message with the key 00 00 00 00 for the end of one. With two writers, and even with
 * one, it delivers aborted messages. Here the list is sorted, every transaction that has begun counts, and only a control batch
 * ends one. A batch belongs to one producer and one transaction as a whole, so no message is looked at.
 */
export class AbortedTransactions {
  /** Those to come, the next one last. */
  readonly #pending: AbortedTransaction[];
  /** Producers with an aborted transaction under way. */
  readonly #aborting = new Set<bigint>();

  constructor(aborted: readonly AbortedTransaction[]) {
    this.#pending = [...aborted].sort((a, b) => (a.firstOffset > b.firstOffset ? -1 : 1));
  }

  /** Whether the batch holds records that count. Batches are given in order. */
  async isCommitted(batch: RecordBatch): Promise<boolean> {
    for (
      let next = this.#pending.at(-1);
      next && next.firstOffset <= batch.lastOffset;
      next = this.#pending.at(-1)
    ) {
      this.#aborting.add(next.producerId);
      this.#pending.pop();
    }
    if (batch.isControl) {
      if (await isAbortMarker(batch)) this.#aborting.delete(batch.producerId);
      return false;
    }
    return !(batch.isTransactional && this.#aborting.has(batch.producerId));
  }
}
