import { concat, NEVER, type Observable, of, Subject, takeUntil } from "rxjs";
import type { Checkpoint } from "../../core/checkpoint.ts";
import { MagpieError } from "../../core/errors.ts";
import type {
  Journal,
  Log,
  Message,
  ScanRange,
  Segment,
  Segmentation,
  StoredMessage,
  TaskId,
  TaskLog,
  TopicAdmin,
} from "../log.ts";
import { throwIfAborted } from "../throw-if-aborted.ts";
import { checkPartitions } from "../topic-errors.ts";
import { MemoryFaults } from "./memory-faults.ts";
import { MemoryStore } from "./memory-store.ts";
import { MemoryTaskLog } from "./memory-task-log.ts";

export interface MemoryLogOptions {
  /** Milliseconds since 1970. A clock that stands at 0 by default. */
  readonly now?: () => number;
  /** Failures to come. */
  readonly faults?: MemoryFaults;
  /** What an earlier log left; a new store by default. */
  readonly store?: MemoryStore;
  /** Keeps order within partitions only, as Kafka does. By default there is one order over all topics. */
  readonly segments?: Segmentation;
}

/** A log that lives in this process: for tests, `try` and pipelines without a store. Same semantics as the others. */
export function createMemoryLog(options: MemoryLogOptions = {}): Log {
  return new MemoryLog(
    options.store ?? new MemoryStore(),
    options.faults ?? new MemoryFaults(),
    options.now ?? (() => 0),
    options.segments,
  );
}

class MemoryLog implements Log {
  readonly topics: TopicAdmin;
  readonly answers: Journal;
  readonly segments: Segmentation | undefined;
  readonly maxAppendBytes = Number.POSITIVE_INFINITY;
  readonly #store: MemoryStore;
  readonly #faults: MemoryFaults;
  readonly #now: () => number;
  readonly #open = new Set<MemoryTaskLog>();
  readonly #closed = new Subject<void>();

  constructor(
    store: MemoryStore,
    faults: MemoryFaults,
    now: () => number,
    segments: Segmentation | undefined,
  ) {
    this.segments = segments;
    this.#store = store;
    this.#faults = faults;
    this.#now = now;
    this.topics = topicAdmin(store);
    this.answers = journal(store, faults);
  }

  assignments(segment: Segment): Observable<readonly TaskId[]> {
    return concat(of(this.#tasksOf(segment)), NEVER).pipe(takeUntil(this.#closed));
  }

  /** One, or one for every partition that any source has. */
  #tasksOf(segment: Segment): readonly TaskId[] {
    if (this.segments === undefined) return [{ segment, partition: 0 }];
    const widths = segment.sources.map((source) => this.#store.topics.get(source)?.settings.partitions ?? 1);
    return Array.from({ length: Math.max(...widths) }, (_, partition) => ({ segment, partition }));
  }

  async open(id: TaskId): Promise<TaskLog> {
    const { pipeline, name } = id.segment;
    const key = JSON.stringify([pipeline, name, id.partition]);
    const thefts = this.#faults.thefts(pipeline);
    const known = this.#store.tasks.get(key);
    if (known?.lease?.thefts === thefts) throw leaseHeld(pipeline, known.lease.since);
    const lease = { since: this.#now(), thefts };
    const task = { id, checkpoint: known?.checkpoint, lease };
    this.#store.tasks.set(key, task);
    // The former owner keeps its own task object, whose lease is gone: it is fenced.
    if (known !== undefined) known.lease = undefined;
    const taskLog = new MemoryTaskLog(
      this.#store,
      this.#faults,
      this.#now,
      task,
      lease,
      this.segments === undefined ? undefined : id.partition,
    );
    this.#open.add(taskLog);
    return taskLog;
  }

  async append(topic: string, messages: readonly Message[]): Promise<void> {
    this.#faults.run("append", () =>
      this.#store.write(
        messages.map((message) => ({ ...message, topic })),
        this.#now(),
      ),
    );
  }

  async *scan(topic: string, range: ScanRange = {}, signal?: AbortSignal): AsyncIterable<StoredMessage> {
    const entries = this.#store.topics.get(topic)?.entries ?? [];
    const end = entries.length;
    for (let i = 0; i < end; i++) {
      throwIfAborted(signal);
      const { message } = entries[i]!;
      if (inRange(message, range)) yield message;
    }
  }

  async checkpoints(pipeline: string): Promise<readonly Checkpoint[]> {
    return this.#store.tasksOf(pipeline).flatMap(({ checkpoint }) => checkpoint ?? []);
  }

  async stateEntry(pipeline: string, stage: string, key: Uint8Array): Promise<Uint8Array | undefined> {
    return this.#store.states.get(pipeline)?.get(stage, key);
  }

  async *scanState(pipeline: string) {
    const state = this.#store.states.get(pipeline);
    for (const stage of state?.stages ?? [])
      for (const [key, value] of state?.entries(stage, new Uint8Array()) ?? []) yield { stage, key, value };
  }

  async reset(pipeline: string, topics: readonly string[]): Promise<void> {
    const thefts = this.#faults.thefts(pipeline);
    for (const { lease } of this.#store.tasksOf(pipeline))
      if (lease?.thefts === thefts) throw leaseHeld(pipeline, lease.since);
    for (const [key, task] of this.#store.tasks)
      if (task.id.segment.pipeline === pipeline) this.#store.tasks.delete(key);
    this.#store.states.delete(pipeline);
    for (const topic of topics) this.#store.topics.delete(topic);
  }

  async close(): Promise<void> {
    for (const task of this.#open) await task.close();
    this.#closed.next();
  }
}

function inRange({ position }: StoredMessage, { partition, from, to }: ScanRange): boolean {
  if (partition !== undefined && position.partition !== partition) return false;
  if (from !== undefined && position.offset < from) return false;
  return to === undefined || position.offset < to;
}

function leaseHeld(pipeline: string, since: number): MagpieError {
  return new MagpieError(
    "MGP_LEASE_HELD",
    `pipeline ${pipeline} is run by this process since ${new Date(since).toISOString()}; close it before opening it again`,
  );
}

function topicAdmin(store: MemoryStore): TopicAdmin {
  return {
    list: async () =>
      [...store.topics.values()].map((topic) => topic.info()).sort((a, b) => (a.name < b.name ? -1 : 1)),
    get: async (name) => store.topics.get(name)?.info(),
    offsets: async (name) =>
      store.topics
        .get(name)
        ?.info()
        .ranges.map((range) => ({ ...range, written: range.end })),
    async ensure(name, settings) {
      const topic = store.topics.get(name);
      checkPartitions(name, settings, topic?.settings.partitions ?? 0);
      if (topic === undefined) store.topic(name, settings);
      else topic.apply(settings);
    },
    async delete(name) {
      store.topics.delete(name);
    },
  };
}

function journal(store: MemoryStore, faults: MemoryFaults): Journal {
  return {
    get: async (key) => store.answers.get(key),
    async put(key, answer) {
      faults.run("answer", () => {
        if (!store.answers.has(key)) store.answers.set(key, new Uint8Array(answer));
      });
    },
    async size() {
      const answers = [...store.answers.values()];
      return { answers: answers.length, bytes: answers.reduce((sum, { byteLength }) => sum + byteLength, 0) };
    },
  };
}
