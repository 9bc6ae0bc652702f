import { MagpieError } from "../../core/errors.ts";
import type { AnswerCache } from "./answer-cache.ts";
import type { KafkaAdmin } from "./kafka-admin.ts";
import type { KafkaConfig } from "./kafka-config.ts";
import { PartitionReader } from "./partition-reader.ts";
import { recreatedError } from "./recreated-error.ts";

export interface FollowerDeps {
  readonly config: KafkaConfig;
  readonly admin: KafkaAdmin;
  readonly topic: string;
}

/** The topic of the answers has one. */
export const answersPartition = 0;
/** A sha256 as hex: what stands behind it in a record's key only keeps equal keys apart, so that compaction removes none. */
const hashLength = 64;
const bufferBytes = 4 << 20;
const credit = { records: 1_000, bytes: 8 << 20 };

/** Takes answers over from the topic into this process's copy, until it is closed or has failed. */
export class AnswerFollower {
  /** Resolves at the end. */
  readonly ended: Promise<void>;
  readonly #deps: FollowerDeps;
  readonly #topicId: string;
  readonly #cache: AnswerCache;
  readonly #reader: PartitionReader;
  readonly #stop = new AbortController();
  #waiting: {
    readonly until: bigint;
    readonly done: () => void;
    readonly failed: (error: unknown) => void;
  }[] = [];
  /** Everything before it is in the copy; the reader is ahead of it while that takes over what was read. */
  #position: bigint;
  #failure: { readonly error: unknown } | undefined;

  private constructor(
    deps: FollowerDeps,
    topicId: string,
    cache: AnswerCache,
    reader: PartitionReader,
    offset: bigint,
  ) {
    this.#deps = deps;
    this.#topicId = topicId;
    this.#cache = cache;
    this.#reader = reader;
    this.#position = offset;
    this.ended = this.#run();
  }

  /** Throws MGP_TOPIC_UNKNOWN, MGP_LOG_UNAVAILABLE, MGP_LOG_UNAUTHORIZED. */
  static async start(deps: FollowerDeps, cache: AnswerCache): Promise<AnswerFollower> {
    const { config, admin, topic } = deps;
    const topicId = await admin.id(topic);
    if (topicId === undefined) throw new MagpieError("MGP_TOPIC_UNKNOWN", `there is no topic ${topic}`);
    const next = await cache.follow(topicId);
    const range = (await admin.ranges(topic)).find(({ partition }) => partition === answersPartition);
    const offset = range !== undefined && next < range.start ? range.start : next;
    const from = { topic, partition: answersPartition, offset, topicId };
    const reader = await PartitionReader.open(config, [from], bufferBytes);
    return new AnswerFollower(deps, topicId, cache, reader, offset);
  }

  get hasFailed(): boolean {
    return this.#failure !== undefined;
  }

  /** Resolves when all is taken over that was written, by anybody, when this was called. Throws what reading the topic throws. */
  async catchUp(): Promise<void> {
    const { admin, topic } = this.#deps;
    const [id, ends] = await Promise.all([admin.id(topic), admin.written(topic)]);
    // Offsets of another topic of that name would look as if all had been read.
    if (id !== undefined && id !== this.#topicId)
      this.#fail(recreatedError(topic, answersPartition, this.#position));
    if (this.#failure !== undefined) throw this.#failure.error;
    const until = ends.get(answersPartition) ?? 0n;
    if (this.#position >= until) return;
    await new Promise<void>((done, failed) => this.#waiting.push({ until, done, failed }));
  }

  async close(): Promise<void> {
    this.#stop.abort();
    await this.ended;
    await this.#reader.close();
  }

  async #run(): Promise<void> {
    try {
      while (!this.#stop.signal.aborted) {
        const { records } = await this.#reader.read(credit, this.#stop.signal);
        const position = this.#reader.position(this.#deps.topic, answersPartition);
        const entries = records.flatMap(({ key, value }) =>
          key === null || value === null || key.length < hashLength
            ? []
            : [{ key: key.toString("latin1", 0, hashLength), answer: Buffer.from(value) }],
        );
        if (entries.length > 0) await this.#cache.add(this.#topicId, entries, position);
        this.#position = position;
        this.#wake();
      }
    } catch (error) {
      if (!this.#stop.signal.aborted) this.#fail(error);
    }
  }

  #fail(error: unknown): void {
    this.#failure ??= { error };
    this.#stop.abort();
    for (const { failed } of this.#waiting.splice(0)) failed(error);
  }

  #wake(): void {
    const waiting = this.#waiting;
    this.#waiting = waiting.filter(({ until }) => until > this.#position);
    for (const { until, done } of waiting) if (until <= this.#position) done();
  }
}
