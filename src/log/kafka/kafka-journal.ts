import { sha256Hex } from "../../core/sha256.ts";
import type { Journal } from "../log.ts";
import { AnswerCache } from "./answer-cache.ts";
import type { CrashProbe } from "./crash-probe.ts";
import type { KafkaAdmin } from "./kafka-admin.ts";
import type { KafkaConfig } from "./kafka-config.ts";
import { PartitionReader } from "./partition-reader.ts";
import { retry } from "./retry.ts";
import type { NewRecord } from "./split-records.ts";
import type { TransactionalProducer } from "./transactional-producer.ts";

export interface JournalDeps {
  readonly config: KafkaConfig;
  readonly admin: KafkaAdmin;
  readonly topic: string;
  /** Where this process keeps its copy. */
  readonly folder: string;
  readonly openProducer: () => Promise<TransactionalProducer>;
  /** Makes the topic when it is not there. */
  readonly ensureTopic: () => Promise<void>;
  /** A text that was never given before. */
  readonly uuid: () => string;
  readonly now: () => number;
  readonly probe: CrashProbe | undefined;
}

const partition = 0;
/** A sha256 as hex: what stands behind it in a record's key only keeps equal keys apart, so that compaction removes none. */
const hashLength = 64;
const bufferBytes = 4 << 20;
const credit = { records: 1_000, bytes: 8 << 20 };

/**
 * Paid answers on a compacted topic with one partition, shared by all processes. The first answer of a key, in the order of the
 * topic, is the answer. Each process follows the topic in a copy of its own, and looks only there.
 */
export class KafkaJournal implements Journal {
  readonly #deps: JournalDeps;
  #open: Promise<Following> | undefined;
  /** The look at what others have written, shared by all who ask meanwhile; undefined when one is due: a task was opened here. */
  #look: Promise<void> | undefined;
  #queue: {
    readonly record: NewRecord;
    readonly done: () => void;
    readonly failed: (error: unknown) => void;
  }[] = [];
  #sending: Promise<void> | undefined;
  #producer: TransactionalProducer | undefined;

  constructor(deps: JournalDeps) {
    this.#deps = deps;
  }

  /** A task was taken over: what its former owner bought must be seen before anything is bought again. */
  lookAgain(): void {
    this.#look = undefined;
  }

  async get(key: string): Promise<Uint8Array | undefined> {
    const following = await this.#following();
    this.#look ??= this.#lookBy(following);
    await this.#look;
    return following.cache.get(sha256Hex(key));
  }

  async put(key: string, answer: Uint8Array): Promise<void> {
    const following = await this.#following();
    if (following.cache.get(sha256Hex(key)) !== undefined) return;
    await this.#deps.probe?.("before-answer");
    await new Promise<void>((done, failed) => {
      this.#queue.push({ record: this.#record(key, answer), done, failed });
      this.#sending ??= this.#send().finally(() => {
        this.#sending = undefined;
      });
    });
    // Another process may have been first; who asks then shall see its answer.
    await following.catchUp();
    await this.#deps.probe?.("after-answer");
  }

  async size(): Promise<{ readonly answers: number; readonly bytes: number }> {
    if ((await this.#deps.admin.partitions(this.#deps.topic)) === undefined) return { answers: 0, bytes: 0 };
    const following = await this.#following();
    await following.catchUp();
    return following.cache.size;
  }

  async close(): Promise<void> {
    await this.#sending;
    await this.#producer?.close();
    await (await this.#open?.catch(() => undefined))?.close();
  }

  /** A look that failed is due again. */
  #lookBy(following: Following): Promise<void> {
    const look = following.catchUp().catch((error: unknown) => {
      if (this.#look === look) this.#look = undefined;
      throw error;
    });
    return look;
  }

  #record(key: string, answer: Uint8Array): NewRecord {
    return {
      key: Buffer.from(`${sha256Hex(key)}${this.#deps.uuid()}`),
      value: Buffer.from(answer),
      headers: { "content-type": "application/json" },
      timestamp: this.#deps.now(),
    };
  }

  #following(): Promise<Following> {
    this.#open ??= this.#follow();
    return this.#open;
  }

  async #follow(): Promise<Following> {
    await this.#deps.ensureTopic();
    return Following.start(this.#deps);
  }

  /** One transaction after the other, each with all answers that wait. Writing one twice is harmless: the first stays. */
  async #send(): Promise<void> {
    while (this.#queue.length > 0) {
      const taken = this.#queue.splice(0);
      try {
        await retry("journaling answers", () => this.#write(taken.map(({ record }) => record)));
        for (const { done } of taken) done();
      } catch (error) {
        for (const { failed } of taken) failed(error);
      }
    }
  }

  async #write(records: readonly NewRecord[]): Promise<void> {
    this.#producer ??= await this.#deps.openProducer();
    const producer = this.#producer;
    try {
      await producer.begin();
      await producer.send(this.#deps.topic, partition, records);
      await producer.commit();
    } catch (error) {
      this.#producer = undefined;
      await producer.close();
      throw error;
    }
  }
}

/** The copy, and the reader that keeps it up to date. */
class Following {
  readonly cache: AnswerCache;
  readonly #deps: JournalDeps;
  readonly #reader: PartitionReader;
  readonly #stop = new AbortController();
  readonly #ended: Promise<void>;
  #waiting: {
    readonly until: bigint;
    readonly done: () => void;
    readonly failed: (error: unknown) => void;
  }[] = [];
  #failure: { readonly error: unknown } | undefined;

  private constructor(deps: JournalDeps, cache: AnswerCache, reader: PartitionReader) {
    this.#deps = deps;
    this.cache = cache;
    this.#reader = reader;
    this.#ended = this.#run();
  }

  static async start(deps: JournalDeps): Promise<Following> {
    const { config, admin, topic, folder } = deps;
    const cache = await AnswerCache.open(folder);
    const [range] = await admin.ranges(topic);
    // Behind the end of the topic: it was deleted and made anew.
    if (range !== undefined && cache.next > range.end) await cache.clear();
    const start = range !== undefined && cache.next < range.start ? range.start : cache.next;
    const reader = await PartitionReader.open(config, [{ topic, partition, offset: start }], bufferBytes);
    return new Following(deps, cache, reader);
  }

  /** Resolves when all is taken over that was written, by anybody, when this was called. */
  async catchUp(): Promise<void> {
    const until = (await this.#deps.admin.written(this.#deps.topic)).get(partition) ?? 0n;
    if (this.#failure !== undefined) throw this.#failure.error;
    if (this.#position >= until) return;
    await new Promise<void>((done, failed) => this.#waiting.push({ until, done, failed }));
  }

  async close(): Promise<void> {
    this.#stop.abort();
    await this.#ended;
    await this.#reader.close();
    await this.cache.close();
  }

  get #position(): bigint {
    return this.#reader.position(this.#deps.topic, partition);
  }

  async #run(): Promise<void> {
    try {
      while (!this.#stop.signal.aborted) {
        const { records } = await this.#reader.read(credit, this.#stop.signal);
        const entries = records.flatMap(({ key, value }) =>
          key === null || value === null || key.length < hashLength
            ? []
            : [{ key: key.toString("latin1", 0, hashLength), answer: Buffer.from(value) }],
        );
        if (entries.length > 0) await this.cache.add(entries, this.#position);
        this.#wake();
      }
    } catch (error) {
      if (this.#stop.signal.aborted) return;
      this.#failure = { error };
      for (const { failed } of this.#waiting.splice(0)) failed(error);
    }
  }

  #wake(): void {
    const position = this.#position;
    const waiting = this.#waiting;
    this.#waiting = waiting.filter(({ until }) => until > position);
    for (const { until, done } of waiting) if (until <= position) done();
  }
}
