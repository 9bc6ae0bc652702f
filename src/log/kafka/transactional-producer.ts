import type { Producer, Transaction } from "kafkajs";
import { MagpieError } from "../../core/errors.ts";
import { type Compression, compressionTypes } from "./codecs/codecs.ts";
import type { KafkaConfig } from "./kafka-config.ts";
import { kafkaError } from "./kafka-error.ts";
import { createProducer, silentLogger } from "./kafkajs.ts";
import { type OpenCluster, openCluster, requestTimeoutMs } from "./open-cluster.ts";
import { retry, sleep } from "./retry.ts";
import { type NewRecord, splitRecords } from "./split-records.ts";
import { transactionTimeoutMs } from "./transaction-timeout.ts";

/** Milliseconds the abort of a refused transaction may take. Opening the id again does it too. */
const abortMs = 1000;

/** KafkaJS tries a write again with the same sequence numbers: safe for one partition, and all a moved leader needs. */
const writeRetry = { initialRetryTime: 20, maxRetryTime: 500, multiplier: 2, retries: 12 };

/** The largest batch brokers take when nobody has set `max.message.bytes` (1,048,588), with a margin. */
export const defaultMaxBatchBytes = 900_000;

export interface ProducerOptions {
  /** Opening it fences every producer opened with the same one before, and ends its transaction. */
  readonly transactionalId: string;
  readonly compression: Compression;
  /** Of a topic: below the `max.message.bytes` it has. */
  readonly maxBatchBytes: (topic: string) => number;
}

type State =
  | { readonly kind: "ready" }
  | { readonly kind: "open"; readonly transaction: Transaction }
  | { readonly kind: "dead"; readonly error: Error };

/**
 * Writes transactions, one after the other: begin, sends, commit. **After any error it is dead**: what became of its transaction
 * is known when another one was opened with the same id, which ends what was left and keeps late requests of this one out.
 *
 * Faults it is built around: KafkaJS's producer never recovers from a failed commit or abort; a `send` that names several
 * partitions loses and doubles records, inside committed transactions and with every call resolving; so do two that are under
 * way for one partition; and one that names a partition the topic does not have writes nothing and resolves.
 */
export class TransactionalProducer {
  readonly #connection: OpenCluster;
  readonly #producer: Producer;
  readonly #options: ProducerOptions;
  #state: State = { kind: "ready" };
  /** `topic/partition` → the last send to it, so that the next one waits for it. */
  readonly #lastSends = new Map<string, Promise<unknown>>();
  /** Batches a broker owes an answer for. */
  #underway = 0;

  private constructor(connection: OpenCluster, producer: Producer, options: ProducerOptions) {
    this.#connection = connection;
    this.#producer = producer;
    this.#options = options;
  }

  /**
   * Resolves when every older producer with this id is fenced and its transaction has ended, visibly in all partitions. Throws
   * MGP_LOG_UNAVAILABLE, MGP_LOG_AUTHENTICATION, MGP_LOG_UNAUTHORIZED; an AbortError on `signal`.
   */
  static async open(
    config: KafkaConfig,
    options: ProducerOptions,
    signal?: AbortSignal,
  ): Promise<TransactionalProducer> {
    const connection = await openCluster(config);
    const { transactionalId } = options;
    // Fault: the retries of InitProducerId are read from here, which nothing sets; by default they pause 300 ms and more, and
    // they give up at once when a connection breaks.
    connection.cluster.retry = { retries: 0 };
    const producer = createProducer({
      cluster: connection.cluster,
      logger: silentLogger,
      retry: writeRetry,
      transactionalId,
      transactionTimeout: transactionTimeoutMs,
      createPartitioner:
        () =>
        ({ message }) =>
          message.partition,
    });
    try {
      await producer.connect();
      // A transaction that is empty asks the broker for nothing but the id.
      const first = () => producer.transaction();
      const transaction = await retry(`opening the transactional id ${transactionalId}`, first, signal);
      await transaction.abort();
      return new TransactionalProducer(connection, producer, options);
    } catch (error) {
      await connection.close();
      throw error;
    }
  }

  /** Begins a transaction; nothing is sent to a broker before the first `send`. */
  async begin(): Promise<void> {
    await this.#guard("beginning a transaction", async () => {
      if (this.#state.kind === "open") throw new Error("a transaction is under way");
      this.#state = { kind: "open", transaction: await this.#producer.transaction() };
    });
  }

  /**
   * Writes to one partition, in order. Calls for different partitions run side by side, those for one wait for each other.
   * Gives the offset behind the last of them; undefined when there is none. Throws MGP_TASK_FENCED; MGP_LOG_REFUSED when the
   * broker would refuse these records again; MGP_TOPIC_UNKNOWN, MGP_LOG_UNAUTHORIZED, MGP_LOG_UNAVAILABLE.
   */
  async send(topic: string, partition: number, records: readonly NewRecord[]): Promise<bigint | undefined> {
    const place = `${topic}/${partition}`;
    const before = this.#lastSends.get(place) ?? Promise.resolve();
    const sent = before.then(() =>
      this.#guard(`writing to ${place}`, async () => {
        let next: bigint | undefined;
        for (const list of splitRecords(records, this.#options.maxBatchBytes(topic)))
          next = await this.#sendBatch(topic, partition, list);
        return next;
      }),
    );
    this.#lastSends.set(place, sent);
    return sent;
  }

  /**
   * Commits. Throws what `send` throws; after MGP_LOG_UNAVAILABLE it is unknown whether the transaction was committed. Readers see
   * it a moment later: the coordinator answers before it has told the partitions.
   */
  async commit(): Promise<void> {
    await this.#guard("committing a transaction", async () => {
      await Promise.all(this.#lastSends.values());
      await this.#transaction.commit();
      this.#state = { kind: "ready" };
      this.#lastSends.clear();
    });
  }

  /** Gives up what was sent since `begin`. */
  async abort(): Promise<void> {
    await this.#guard("aborting a transaction", async () => {
      await Promise.all(this.#lastSends.values());
      await this.#transaction.abort();
      this.#state = { kind: "ready" };
      this.#lastSends.clear();
    });
  }

  /** Closes the connections. A transaction that is under way stays so until its timeout, or until the id is opened again. */
  async close(): Promise<void> {
    if (this.#state.kind !== "dead")
      this.#state = { kind: "dead", error: new Error("the producer was closed") };
    await this.#connection.close();
  }

  get #transaction(): Transaction {
    if (this.#state.kind !== "open") throw new Error("no transaction is under way");
    return this.#state.transaction;
  }

  async #sendBatch(topic: string, partition: number, records: readonly NewRecord[]): Promise<bigint> {
    this.#underway += 1;
    const sent = this.#transaction.send({
      topic,
      timeout: requestTimeoutMs,
      compression: compressionTypes[this.#options.compression],
      messages: records.map((record) => ({ partition, record, value: record.value })),
    });
    const written = await sent.finally(() => {
      this.#underway -= 1;
    });
    const [answer] = written;
    if (written.length !== 1 || answer?.partition !== partition) throw this.#nothingWritten(topic, partition);
    return BigInt(answer.baseOffset ?? 0) + BigInt(records.length);
  }

  /** Why a `send` wrote nothing and resolved. */
  #nothingWritten(topic: string, partition: number): MagpieError {
    const leaders = this.#connection.cluster.findLeaderForPartitions(topic, [partition]);
    if (Object.keys(leaders).length === 0)
      return new MagpieError("MGP_TOPIC_UNKNOWN", `the topic ${topic} has no partition ${partition}`);
    // Fault: when a connection is lost while metadata is refreshed, a broker gets the id of another one and is sent an empty request.
    return new MagpieError("MGP_LOG_UNAVAILABLE", `no broker was sent the records for ${topic}/${partition}`);
  }

  /** Runs a step; its error is coded and ends this producer. */
  async #guard<T>(doing: string, step: () => Promise<T>): Promise<T> {
    if (this.#state.kind === "dead") throw this.#state.error;
    try {
      return await step();
    } catch (error) {
      const coded = kafkaError(`${doing} as ${this.#options.transactionalId}`, error);
      await this.#die(coded);
      throw coded;
    }
  }

  async #die(error: MagpieError): Promise<void> {
    if (this.#state.kind === "dead") return;
    const transaction = this.#state.kind === "open" ? this.#state.transaction : undefined;
    this.#state = { kind: "dead", error };
    // Where no batch can still arrive, an abort lets readers go on at once. Else only opening the id again, or the timeout, may
    // end the transaction: a batch that arrives after its end would hold up every reader of its partition for good.
    if (error.code === "MGP_LOG_REFUSED" && this.#underway === 0)
      await Promise.race([transaction?.abort().catch(() => {}), sleep(abortMs)]);
    await this.#connection.close();
  }
}
