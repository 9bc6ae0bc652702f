import { MagpieError } from "../../core/errors.ts";
import type { Credit } from "../log.ts";
import { throwIfAborted } from "../throw-if-aborted.ts";
import { Wakeup } from "../wakeup.ts";
import type { FetchedPartition } from "./fetch-answer.ts";
import { type FetchFrom, fetchPartitions } from "./fetch-partitions.ts";
import type { KafkaConfig } from "./kafka-config.ts";
import { kafkaError } from "./kafka-error.ts";
import { type KafkaRecord, recordBytes } from "./kafka-record.ts";
import { protocolError } from "./kafkajs.ts";
import { type OpenCluster, openCluster } from "./open-cluster.ts";
import { outOfRangeError } from "./out-of-range-error.ts";
import { PartitionBuffer } from "./partition-buffer.ts";
import { recreatedError } from "./recreated-error.ts";
import { Pauses, retry } from "./retry.ts";
import { topicId } from "./topic-id.ts";

/** Milliseconds a broker waits for a record to arrive. */
const waitMs = 100;

/** Milliseconds between looks for an abort or a failure while an answer is awaited; the answer itself wakes at once. */
const lookMs = 1000;

const offsetOutOfRange = 1;

export interface ReadFrom extends FetchFrom {
  /** The topic must be the one of this id, not another of its name. Default: any. */
  readonly topicId?: string;
}

export interface Read {
  /** In the order of their partitions; empty only when nothing more was committed. */
  readonly records: readonly KafkaRecord[];
  /**
   * Only of an empty read: transactions were under way at the end. Also one that `commit` reported done a moment ago may be
   * among them, because brokers answer before they mark it in the partitions.
   */
  readonly undecided: boolean;
}

/**
 * Reads given partitions from given offsets, what is committed only. No group, no stored offsets. Nothing is fetched but for a
 * `read`, or to have the next one's records at hand, so that a caller who does not read holds no more than `bufferBytes`.
 */
export class PartitionReader {
  readonly #connection: OpenCluster;
  readonly #from: readonly ReadFrom[];
  readonly #buffers: readonly PartitionBuffer[];
  readonly #partitionBytes: number;
  /** Leaders that have a fetch of ours to answer. */
  readonly #asked = new Set<string>();
  readonly #wakeup = new Wakeup();
  /** Counts reads: only a fetch that began after the read did can tell that nothing more is there. */
  #reads = 0;
  /** Partitions whose end the current read has seen, and whether a transaction is under way there. */
  readonly #ends = new Map<PartitionBuffer, { readonly read: number; readonly undecided: boolean }>();
  /** Which partition is served first, in turn. */
  #turn = 0;
  #pauses = new Pauses();
  #failure: MagpieError | undefined;

  private constructor(connection: OpenCluster, from: readonly ReadFrom[], bufferBytes: number) {
    this.#connection = connection;
    this.#from = from;
    this.#buffers = from.map((start) => new PartitionBuffer(start));
    this.#partitionBytes = Math.ceil(bufferBytes / from.length);
  }

  /**
   * `bufferBytes`: of packed batches kept for all partitions together, about; one batch more where batches are larger. Throws
   * MGP_TOPIC_UNKNOWN, MGP_TOPIC_RECREATED, MGP_LOG_UNAVAILABLE, MGP_LOG_AUTHENTICATION, MGP_LOG_UNAUTHORIZED; an AbortError
   * on `signal`.
   */
  static async open(
    config: KafkaConfig,
    from: readonly ReadFrom[],
    bufferBytes: number,
    signal?: AbortSignal,
  ): Promise<PartitionReader> {
    const connection = await openCluster(config);
    const topics = [...new Set(from.map(({ topic }) => topic))];
    try {
      await retry(
        `reading ${topics.join()}`,
        () => connection.cluster.addMultipleTargetTopics(topics),
        signal,
      );
      const reader = new PartitionReader(connection, from, bufferBytes);
      await retry(`reading ${topics.join()}`, () => reader.#assertSameTopics(), signal);
      return reader;
    } catch (error) {
      await connection.close();
      throw error;
    }
  }

  /**
   * The next records within the credit; one that is larger than `credit.bytes` comes alone. Waits about 100 ms for one to
   * arrive, and longer while brokers do not answer. Throws MGP_LOG_TRIMMED, MGP_LOG_CORRUPT, MGP_LOG_UNAVAILABLE,
   * MGP_TOPIC_UNKNOWN, MGP_TOPIC_RECREATED, MGP_LOG_UNAUTHORIZED; an AbortError on `signal`. After an error the reader is of no more use.
   */
  async read(credit: Credit, signal: AbortSignal): Promise<Read> {
    this.#reads += 1;
    for (;;) {
      throwIfAborted(signal);
      if (this.#failure !== undefined) throw this.#failure;
      const records = await this.#take(credit);
      if (records.length > 0) {
        this.#fetch(0, ({ bytes }, sawEnd) => bytes < this.#partitionBytes / 2 && !sawEnd);
        return { records, undecided: false };
      }
      const ends = this.#buffers.map((buffer) => this.#ends.get(buffer));
      if (ends.every((end) => end?.read === this.#reads))
        return { records, undecided: ends.some((end) => end?.undecided) };
      this.#fetch(waitMs, () => true);
      await this.#wakeup.wait(lookMs, signal);
    }
  }

  /** Every committed record of the partition before this offset was given. */
  position(topic: string, partition: number): bigint {
    const buffer = this.#buffers.find((b) => b.topic === topic && b.partition === partition);
    if (buffer === undefined) throw new Error(`this reader does not read ${topic}/${partition}`);
    return buffer.position;
  }

  async close(): Promise<void> {
    await this.#connection.close();
  }

  async #take(credit: Credit): Promise<KafkaRecord[]> {
    const records: KafkaRecord[] = [];
    let bytes = credit.bytes;
    this.#turn += 1;
    for (let i = 0; i < this.#buffers.length; i++) {
      const buffer = this.#buffers[(this.#turn + i) % this.#buffers.length]!;
      for (let record = await buffer.peek(); record !== undefined; record = await buffer.peek()) {
        const size = recordBytes(record);
        if (records.length > 0 && (records.length >= credit.records || size > bytes)) return records;
        records.push(record);
        bytes -= size;
        buffer.take(record);
      }
    }
    return records;
  }

  /**
   * Asks each leader that owes us no answer, if one of its partitions is `urgent`, for all of its partitions that have room.
   * An answer wakes the reader.
   */
  #fetch(ms: number, urgent: (buffer: PartitionBuffer, sawEnd: boolean) => boolean): void {
    const byLeader = new Map<string, PartitionBuffer[]>();
    for (const buffer of this.#buffers) {
      const leader = this.#leaderOf(buffer);
      byLeader.set(leader, [...(byLeader.get(leader) ?? []), buffer]);
    }
    for (const [leader, buffers] of byLeader) {
      if (this.#asked.has(leader)) continue;
      if (!buffers.some((buffer) => urgent(buffer, this.#ends.get(buffer) !== undefined))) continue;
      const open = buffers.filter(({ bytes }) => bytes < this.#partitionBytes / 2);
      this.#asked.add(leader);
      void this.#ask(leader, open, ms).finally(() => {
        this.#asked.delete(leader);
        this.#wakeup.notify();
      });
    }
  }

  #leaderOf({ topic, partition }: PartitionBuffer): string {
    const [leader] = Object.keys(this.#connection.cluster.findLeaderForPartitions(topic, [partition]));
    return leader ?? "none";
  }

  async #ask(leader: string, buffers: readonly PartitionBuffer[], ms: number): Promise<void> {
    const read = this.#reads;
    const from = buffers.map(({ topic, partition, fetchOffset }) => ({
      topic,
      partition,
      offset: fetchOffset,
    }));
    try {
      const broker = await this.#connection.cluster.findBroker({ nodeId: leader });
      const bytes = this.#partitionBytes * buffers.length;
      const answer = await fetchPartitions(broker, from, {
        bytes,
        partitionBytes: this.#partitionBytes,
        waitMs: ms,
      });
      if (answer.errorCode !== 0) throw protocolError(answer.errorCode);
      for (const fetched of answer.partitions) await this.#accept(fetched, read);
      this.#pauses = new Pauses();
    } catch (error) {
      await this.#recover(error, from);
    }
  }

  async #accept(fetched: FetchedPartition, read: number): Promise<void> {
    const { topic, partition, errorCode, lastStableOffset, highWatermark } = fetched;
    const buffer = this.#buffers.find((b) => b.topic === topic && b.partition === partition);
    if (buffer === undefined) return;
    if (errorCode === offsetOutOfRange)
      throw await outOfRangeError(this.#connection.cluster, topic, partition, buffer.fetchOffset);
    if (errorCode !== 0) throw protocolError(errorCode);
    const before = buffer.fetchOffset;
    buffer.add(fetched);
    if (buffer.fetchOffset === before && before >= lastStableOffset)
      this.#ends.set(buffer, { read, undecided: highWatermark > lastStableOffset });
    else this.#ends.delete(buffer);
  }

  async #recover(error: unknown, from: readonly FetchFrom[]): Promise<void> {
    const where = from.map(({ topic, partition }) => `${topic}/${partition}`).join();
    try {
      // First: offsets of another topic of that name may be in range, or not, and mean nothing.
      await this.#assertSameTopics().catch((reason) => {
        if (reason instanceof MagpieError) throw reason;
      });
      await this.#pauses.after(kafkaError(`reading ${where}`, error));
      // A refresh that fails shows again in the next fetch.
      await this.#connection.cluster.refreshMetadata().catch(() => {});
    } catch (failure) {
      this.#failure = failure as MagpieError;
    }
  }

  async #assertSameTopics(): Promise<void> {
    for (const { topic, partition, offset, topicId: expected } of this.#from) {
      if (expected === undefined) continue;
      const actual = await topicId(await this.#connection.cluster.findControllerBroker(), topic);
      if (actual !== undefined && actual !== expected) throw recreatedError(topic, partition, offset);
    }
  }
}
