import type { Checkpoint } from "../../core/checkpoint.ts";
import type { StoredMessage } from "../log.ts";
import { trimmedError } from "../topic-errors.ts";
import { nextOffset } from "../topic-partition.ts";
import type { Batch } from "./batch.ts";
import type { Environment } from "./environment.ts";
import { firstBatch, sequenceOf } from "./load-batch.ts";
import { readNumber, readTopic, type TopicRecord } from "./topic-record.ts";

/** Reads one source of a task in log order, from the task's position on. */
export class TopicCursor {
  readonly #environment: Environment;
  readonly #pipeline: string;
  readonly #topic: string;
  readonly #checkpoint: Checkpoint | undefined;
  #topicId: number | undefined;
  /** Offsets before these were read before the task was opened. */
  #unread: readonly number[] = [];
  /** Where the next batch is looked for. */
  #sequence = 0;
  #batch: Batch | undefined;
  /** Of the batch at hand: sequence of its first message, and the next message. */
  #first = 0;
  #index = 0;

  constructor(environment: Environment, pipeline: string, topic: string, checkpoint: Checkpoint | undefined) {
    this.#environment = environment;
    this.#pipeline = pipeline;
    this.#topic = topic;
    this.#checkpoint = checkpoint;
  }

  /** Sequence of the next message; undefined when there is none yet. Throws MGP_LOG_TRIMMED, MGP_LOG_CORRUPT. */
  peek(): number | undefined {
    for (;;) {
      if (this.#batch === undefined && !this.#load()) return undefined;
      const batch = this.#batch!;
      for (; this.#index < batch.count; this.#index++)
        if (batch.offset(this.#index) >= (this.#unread[batch.partition(this.#index)] ?? 0))
          return this.#first + this.#index;
      this.#batch = undefined;
    }
  }

  /** Length of the next message's value; only after `peek` gave one. */
  get valueBytes(): number {
    return this.#batch!.valueBytes(this.#index);
  }

  /** The next message; only after `peek` gave one. */
  take(): StoredMessage {
    const message = this.#batch!.message(this.#index, this.#topic);
    this.#index += 1;
    return message;
  }

  #load(): boolean {
    const topic = readTopic(this.#environment, this.#topic);
    if (topic === undefined) return false;
    if (topic.id !== this.#topicId) this.#begin(topic);
    const loaded = firstBatch(this.#environment, this.#topic, topic.id, this.#sequence);
    if (loaded === undefined) return false;
    this.#batch = loaded.batch;
    this.#first = loaded.sequence;
    this.#index = 0;
    this.#sequence = loaded.sequence + loaded.batch.count;
    return true;
  }

  /** Finds the first batch with an unread message. */
  #begin(topic: TopicRecord): void {
    const isAnew = this.#topicId !== undefined;
    this.#unread = topic.end.map((end, partition) => {
      const start = topic.start[partition]!;
      const position = nextOffset(this.#checkpoint, this.#topic, partition) ?? start;
      if (position < start || position > end || isAnew)
        throw trimmedError(this.#pipeline, this.#topic, partition, position, { start, end });
      return position;
    });
    this.#sequence = readNumber(this.#environment, "sequence");
    for (const [partition, position] of this.#unread.entries()) {
      if (position === topic.end[partition]) continue;
      const sequence = sequenceOf(this.#environment, topic.id, partition, position) ?? 0;
      this.#sequence = Math.min(this.#sequence, sequence);
    }
    this.#topicId = topic.id;
  }
}
