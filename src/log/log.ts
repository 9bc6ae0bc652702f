import type { Observable } from "rxjs";
import type { Checkpoint } from "../core/checkpoint.ts";
import type { Position } from "../core/position.ts";

export type MessageHeaders = { readonly [name: string]: string };

/** Header names of ours. */
export const headers = {
  /** `topic/partition/offset` of the input an output was made from. */
  source: "magpie-source",
  /** The pipeline that wrote an output. */
  pipeline: "magpie-pipeline",
  /** Name and version of the value's schema, such as `magpie-record/1`. */
  schema: "magpie-schema",
  /** Number of topics a curated record went to, when it is more than one. */
  topics: "magpie-topics",
  /** Position of the first attempt, on a message appended by `quarantine replay`. */
  replayOf: "magpie-replay-of",
  /** The pipeline such a message was appended for; others that read the topic pass over it. */
  replayFor: "magpie-replay-for",
} as const;

/** What is appended to a topic. */
export interface Message {
  /** Decides the partition; without one, partitions take turns. */
  readonly key?: string;
  /** The partition, whatever the key. */
  readonly partition?: number;
  readonly value: Uint8Array;
  readonly headers?: MessageHeaders;
  /** Milliseconds since 1970. Metadata: never read by a stage. Defaults to the time of the append. */
  readonly timestamp?: number;
}

/** What is read from a topic. `value` must not be changed; it may share memory with its neighbours. */
export interface StoredMessage {
  readonly position: Position;
  readonly key?: string;
  readonly value: Uint8Array;
  readonly headers: MessageHeaders;
  readonly timestamp: number;
}

export interface Output extends Message {
  readonly topic: string;
}

/** A part of a pipeline that runs as one task per partition (on the embedded log: as one task). */
export interface Segment {
  readonly pipeline: string;
  readonly name: string;
  readonly sources: readonly string[];
}

export interface TaskId {
  readonly segment: Segment;
  readonly partition: number;
}

/** How much the runtime is ready to take. */
export interface Credit {
  readonly records: number;
  readonly bytes: number;
}

/** At most 256 messages in log order. Empty: the task has read all there is. */
export interface Chunk {
  readonly messages: readonly StoredMessage[];
}

/** A stage's state as of the last commit. Keys are ordered as bytes. */
export interface CommittedState {
  get(stage: string, key: Uint8Array): Uint8Array | undefined;
  entries(stage: string, prefix: Uint8Array): Iterable<readonly [Uint8Array, Uint8Array]>;
}

export interface StateWrite {
  readonly stage: string;
  readonly key: Uint8Array;
  /** Undefined deletes. */
  readonly value: Uint8Array | undefined;
}

/** All of it becomes visible and durable, or none. */
export interface Commit {
  readonly checkpoint: Checkpoint;
  /** In the order they shall have in their topics. */
  readonly outputs: readonly Output[];
  readonly state: readonly StateWrite[];
}

/** One task's exclusive hold on the log. After any error of `read` or `commit`: close it and open the task again. */
export interface TaskLog {
  /** As of the last commit; undefined before the first. */
  readonly checkpoint: Checkpoint | undefined;
  readonly state: CommittedState;
  /**
   * The next messages in log order, within the credit; a message larger than `credit.bytes` comes alone. Waits up to some
   * 100 ms for one to arrive, then gives an empty chunk. Throws MGP_LOG_TRIMMED, MGP_TASK_FENCED; an AbortError on `signal`.
   */
  read(credit: Credit, signal: AbortSignal): Promise<Chunk>;
  /** Throws MGP_TASK_FENCED, MGP_LOG_FULL, MGP_LOG_UNAVAILABLE: then nothing was written, or (unknown outcome) reopening tells. */
  commit(commit: Commit): Promise<void>;
  close(): Promise<void>;
}

export interface Retention {
  /** Milliseconds after the append. */
  readonly ageMs?: number;
  /** Bytes of a topic. */
  readonly bytes?: number;
}

export interface TopicSettings {
  readonly partitions: number;
  readonly retention?: Retention;
}

/** Offsets of one partition: `start` is the oldest retained, `end` the next to be written. */
export interface PartitionRange {
  readonly partition: number;
  readonly start: bigint;
  readonly end: bigint;
}

/** Where a partition stands. */
export interface PartitionOffsets extends PartitionRange {
  /**
   * Behind the last message written; `end` is behind the last that can be read. Between them, on Kafka: messages of, or behind, a
   * transaction that has not ended.
   */
  readonly written: bigint;
}

export interface TopicInfo extends TopicSettings {
  readonly name: string;
  /** The largest message it takes, where the log has such a limit. */
  readonly maxMessageBytes?: number;
  readonly bytes: number;
  readonly ranges: readonly PartitionRange[];
}

export interface TopicAdmin {
  list(): Promise<readonly TopicInfo[]>;
  get(topic: string): Promise<TopicInfo | undefined>;
  /** Where the topic stands now: cheaper than `get`, and without waiting for transactions that are under way. */
  offsets(topic: string): Promise<readonly PartitionOffsets[] | undefined>;
  /**
   * Creates the topic, or adds partitions, changes retention and lets it take messages as large as records can become. Throws
   * MGP_TOPIC_CONFLICT for fewer partitions.
   */
  ensure(topic: string, settings: TopicSettings): Promise<void>;
  delete(topic: string): Promise<void>;
}

/** Which messages `scan` gives: all retained when empty. Offsets are per partition; `to` is exclusive. */
export interface ScanRange {
  readonly partition?: number;
  readonly from?: bigint;
  /** `topic end` when left out: what is there when the scan starts. */
  readonly to?: bigint;
}

/** Paid answers, kept for ever unless the config says otherwise. */
export interface Journal {
  get(key: string): Promise<Uint8Array | undefined>;
  /** Resolves when the answer is on disk. The first answer of a key stays. */
  put(key: string, answer: Uint8Array): Promise<void>;
  size(): Promise<{ readonly answers: number; readonly bytes: number }>;
}

/** Where a pipeline must be cut: see {@link Log.segments}. */
export interface Segmentation {
  /** Names of internal topics begin with it. */
  readonly prefix: string;
}

/** A log of topics with transactional tasks: memory, embedded or Kafka. One contract suite runs against all. */
export interface Log {
  readonly topics: TopicAdmin;
  readonly answers: Journal;
  /** Bytes of values that one `append` takes at most. */
  readonly maxAppendBytes: number;
  /**
   * Undefined where the log has one order over all topics, so that one task can run a pipeline. Else there is an order
   * within partitions only: pipelines run in segments that internal topics join.
   */
  readonly segments: Segmentation | undefined;
  /** The tasks of a segment this process shall run, again whenever that changes. */
  assignments(segment: Segment): Observable<readonly TaskId[]>;
  /** Fences older owners, restores state, finds the position. Throws MGP_LEASE_HELD. */
  open(task: TaskId): Promise<TaskLog>;
  /** All of `messages` or none; resolves when they are durable. Without keys, partitions take turns. */
  append(topic: string, messages: readonly Message[]): Promise<void>;
  /** In log order where the log has one, else partition by partition. */
  scan(topic: string, range?: ScanRange, signal?: AbortSignal): AsyncIterable<StoredMessage>;
  /** The committed checkpoints of a pipeline's tasks, also beside a running owner. */
  checkpoints(pipeline: string): Promise<readonly Checkpoint[]>;
  /** One entry of a stage's committed state, also beside a running owner. */
  stateEntry(pipeline: string, stage: string, key: Uint8Array): Promise<Uint8Array | undefined>;
  /** The committed state of a pipeline, sorted by stage and key, also beside a running owner. */
  scanState(
    pipeline: string,
  ): AsyncIterable<{ readonly stage: string; readonly key: Uint8Array; readonly value: Uint8Array }>;
  /** Removes a pipeline's checkpoints and state, and the given topics, together. Throws MGP_LEASE_HELD while it runs. */
  reset(pipeline: string, topics: readonly string[]): Promise<void>;
  close(): Promise<void>;
}
