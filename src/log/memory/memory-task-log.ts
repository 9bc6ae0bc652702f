import type { Checkpoint } from "../../core/checkpoint.ts";
import { MagpieError } from "../../core/errors.ts";
import { ChunkBuilder } from "../chunk-builder.ts";
import type { Chunk, Commit, CommittedState, Credit, TaskLog } from "../log.ts";
import { throwIfAborted } from "../throw-if-aborted.ts";
import { trimmedError } from "../topic-errors.ts";
import { nextOffset } from "../topic-partition.ts";
import type { MemoryFaults } from "./memory-faults.ts";
import type { MemoryLease, MemoryStore, MemoryTask } from "./memory-store.ts";
import type { Entry, MemoryTopic } from "./memory-topic.ts";

/** Milliseconds a read waits for a message. */
const patienceMs = 100;

/** One task's hold on a memory log. */
export class MemoryTaskLog implements TaskLog {
  readonly state: CommittedState;
  readonly #store: MemoryStore;
  readonly #faults: MemoryFaults;
  readonly #now: () => number;
  readonly #task: MemoryTask;
  readonly #lease: MemoryLease;
  /** The only partition it reads; undefined: all of them. */
  readonly #partition: number | undefined;
  /** Per topic, the sequence of the next message to look at. */
  readonly #cursors = new Map<string, number>();
  /** The checkpoint the task was opened at: messages before its offsets are passed over. */
  readonly #opened: Checkpoint | undefined;

  constructor(
    store: MemoryStore,
    faults: MemoryFaults,
    now: () => number,
    task: MemoryTask,
    lease: MemoryLease,
    partition: number | undefined,
  ) {
    this.#partition = partition;
    this.#store = store;
    this.#faults = faults;
    this.#now = now;
    this.#task = task;
    this.#lease = lease;
    this.#opened = task.checkpoint;
    this.state = store.state(this.#pipeline);
  }

  get checkpoint(): Checkpoint | undefined {
    return this.#task.checkpoint;
  }

  async read(credit: Credit, signal: AbortSignal): Promise<Chunk> {
    throwIfAborted(signal);
    this.#checkOwner();
    const chunk = this.#faults.run("read", () => this.#take(credit));
    if (chunk.messages.length > 0) return chunk;
    await this.#store.wakeup.wait(patienceMs, signal);
    throwIfAborted(signal);
    return this.#take(credit);
  }

  async commit({ checkpoint, outputs, state }: Commit): Promise<void> {
    this.#checkOwner();
    this.#faults.run("commit", () => {
      for (const write of state) this.#store.state(this.#pipeline).apply(write);
      this.#task.checkpoint = checkpoint;
      this.#store.write(outputs, this.#now());
    });
  }

  async close(): Promise<void> {
    if (this.#task.lease === this.#lease) this.#task.lease = undefined;
  }

  get #pipeline(): string {
    return this.#task.id.segment.pipeline;
  }

  #checkOwner(): void {
    const stolen = this.#faults.thefts(this.#pipeline) !== this.#lease.thefts;
    if (this.#task.lease !== this.#lease || stolen)
      throw new MagpieError(
        "MGP_TASK_FENCED",
        `pipeline ${this.#pipeline}: another owner has taken the task over; nothing of this commit was written`,
      );
  }

  #take(credit: Credit): Chunk {
    const chunk = new ChunkBuilder(credit);
    for (;;) {
      const next = this.#next();
      if (next === undefined || !chunk.fits(next.message.value.byteLength)) return chunk.build();
      chunk.add(next.message);
      this.#cursors.set(next.message.position.topic, next.sequence + 1);
    }
  }

  /** The unread entry with the lowest sequence of all sources. */
  #next(): Entry | undefined {
    let first: Entry | undefined;
    for (const source of this.#task.id.segment.sources) {
      const topic = this.#store.topics.get(source);
      const entry = topic && this.#nextOf(topic);
      if (entry !== undefined && (first === undefined || entry.sequence < first.sequence)) first = entry;
    }
    return first;
  }

  #nextOf(topic: MemoryTopic): Entry | undefined {
    const cursor = this.#cursors.get(topic.name);
    if (cursor === undefined) this.#checkRetained(topic);
    const entries = topic.entries;
    for (let i = lowerBound(entries, cursor ?? 0); i < entries.length; i++) {
      const entry = entries[i]!;
      const { partition, offset } = entry.message.position;
      const isMine = this.#partition === undefined || partition === this.#partition;
      if (isMine && offset >= BigInt(nextOffset(this.#opened, topic.name, partition) ?? 0)) return entry;
      this.#cursors.set(topic.name, entry.sequence + 1);
    }
    return undefined;
  }

  #checkRetained(topic: MemoryTopic): void {
    for (let partition = 0; partition < topic.settings.partitions; partition++) {
      if (this.#partition !== undefined && partition !== this.#partition) continue;
      const position = nextOffset(this.#opened, topic.name, partition);
      const range = topic.range(partition);
      if (position !== undefined && (position < range.start || position > range.end))
        throw trimmedError(this.#pipeline, topic.name, partition, position, range);
    }
  }
}

/** Index of the first entry whose sequence is at least `sequence`. */
function lowerBound(entries: readonly Entry[], sequence: number): number {
  let low = 0;
  let high = entries.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (entries[middle]!.sequence < sequence) low = middle + 1;
    else high = middle;
  }
  return low;
}
