import { AbortedTransactions } from "./aborted-transactions.ts";
import type { FetchedPartition } from "./fetch-answer.ts";
import type { KafkaRecord } from "./kafka-record.ts";
import { type RecordBatch, readRecords, splitBatches } from "./record-batch.ts";

interface Stretch {
  readonly aborted: AbortedTransactions;
  readonly batches: RecordBatch[];
}

/** What was fetched of one partition and not taken yet. Batches stay packed until they are needed. */
export class PartitionBuffer {
  readonly topic: string;
  readonly partition: number;
  /** Where the next fetch goes on. */
  fetchOffset: bigint;
  #position: bigint;
  #bytes = 0;
  /** One for each fetch: the list of aborted transactions that came with it goes for it alone. */
  readonly #stretches: Stretch[] = [];
  #records: readonly KafkaRecord[] = [];
  #index = 0;

  constructor(topic: string, partition: number, offset: bigint) {
    this.topic = topic;
    this.partition = partition;
    this.fetchOffset = offset;
    this.#position = offset;
  }

  /** Every record before this offset was taken. */
  get position(): bigint {
    return this.#position;
  }

  /** Of batches that are still packed. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Throws MGP_LOG_CORRUPT. */
  add({ aborted, batches: data }: FetchedPartition): void {
    const batches = splitBatches(this.topic, this.partition, data).filter(
      ({ lastOffset }) => lastOffset >= this.fetchOffset,
    );
    const last = batches.at(-1);
    if (last === undefined) return;
    this.fetchOffset = last.lastOffset + 1n;
    for (const { body } of batches) this.#bytes += body.length;
    this.#stretches.push({ aborted: new AbortedTransactions(aborted), batches });
  }

  /** The next committed record, which stays; undefined when there is none. Throws MGP_LOG_CORRUPT. */
  async peek(): Promise<KafkaRecord | undefined> {
    for (;;) {
      const record = this.#records[this.#index];
      if (record === undefined && !(await this.#unpack())) return undefined;
      if (record === undefined) continue;
      // A batch is given as a whole, also when it begins before the offset that was asked for.
      if (record.offset >= this.#position) return record;
      this.#index += 1;
    }
  }

  /** Removes the record that `peek` gave. */
  take({ offset }: KafkaRecord): void {
    this.#position = offset + 1n;
    this.#index += 1;
  }

  async #unpack(): Promise<boolean> {
    const [stretch] = this.#stretches;
    const batch = stretch?.batches.shift();
    this.#records = [];
    this.#index = 0;
    if (stretch === undefined || batch === undefined) {
      // All that was fetched is behind: ends of transactions, aborted and removed records too.
      if (stretch === undefined) this.#position = this.fetchOffset;
      else this.#stretches.shift();
      return stretch !== undefined;
    }
    this.#bytes -= batch.body.length;
    if (await stretch.aborted.isCommitted(batch)) this.#records = await readRecords(batch);
    return true;
  }
}
