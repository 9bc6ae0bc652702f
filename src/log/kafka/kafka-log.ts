import { join } from "node:path";
import { map, type Observable, Subject, takeUntil } from "rxjs";
import type { Checkpoint } from "../../core/checkpoint.ts";
import { MagpieError } from "../../core/errors.ts";
import { messageFactor } from "../../core/limits.ts";
import type { Logger } from "../../core/plugin.ts";
import type {
  Log,
  Message,
  PartitionRange,
  ScanRange,
  Segment,
  Segmentation,
  StoredMessage,
  TaskId,
  TaskLog,
} from "../log.ts";
import { nextOffset, topicPartition } from "../topic-partition.ts";
import { Appender } from "./appender.ts";
import { changelogKey, decodePosition, type PositionRecord, positionKey } from "./changelog.ts";
import type { Compression } from "./codecs/codecs.ts";
import type { CrashProbe } from "./crash-probe.ts";
import { KafkaAdmin } from "./kafka-admin.ts";
import type { KafkaConfig } from "./kafka-config.ts";
import { KafkaJournal } from "./kafka-journal.ts";
import { KafkaTaskLog } from "./kafka-task-log.ts";
import { KafkaTopics } from "./kafka-topics.ts";
import { latestRecord } from "./latest-records.ts";
import { toMessage } from "./message.ts";
import { KafkaNames } from "./names.ts";
import { ownedPartitions } from "./owned-partitions.ts";
import { PartitionReader } from "./partition-reader.ts";
import { readRange } from "./read-range.ts";
import { lostChangelogError } from "./recreated-error.ts";
import { applyAll, restore } from "./restore.ts";
import { Snapshot, snapshotPath } from "./snapshot.ts";
import { TopicFacts } from "./topic-facts.ts";
import { TransactionalProducer } from "./transactional-producer.ts";
import { jsonCodec, type ValueCodec } from "./value-codec.ts";

export interface KafkaLogOptions {
  readonly kafka: KafkaConfig;
  /** The installation's name: prefix of groups, transactional ids and internal topics. */
  readonly name: string;
  /** Folder of snapshots of the state and of the answers, on a local disk; can be removed while nothing runs. */
  readonly snapshots: string;
  /** How batches are packed. Default: none. */
  readonly compression?: Compression;
  /** Bytes of one record, at most; topics made here take messages four times as large. */
  readonly maxRecordBytes: number;
  /** How values are written. Default: as JSON. */
  readonly codec?: ValueCodec;
  readonly logger: Logger;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** A text that was never given before. */
  readonly uuid: () => string;
  /** Called at every crash point; none by default. */
  readonly probe?: CrashProbe;
}

/** What is surely written before a transaction of ten seconds is given up. */
const maxAppendBytes = 16_000_000;

/** Of packed batches that a task holds. */
const readBufferBytes = 8 << 20;

const dayMs = 86_400_000;
/** Tombstones stay so long: a snapshot that missed one would keep what was deleted. */
const tombstonesMs = 7 * dayMs;
const oldestSnapshotMs = 6 * dayMs;

/**
 * Opens the log of a Kafka cluster. Throws MGP_LOG_UNAVAILABLE, MGP_LOG_AUTHENTICATION, MGP_LOG_UNAUTHORIZED.
 */
export async function openKafkaLog(options: KafkaLogOptions): Promise<Log> {
  return new KafkaLog(options, await KafkaAdmin.open(options.kafka));
}

class KafkaLog implements Log {
  readonly topics: KafkaTopics;
  readonly answers: KafkaJournal;
  readonly segments: Segmentation;
  readonly maxAppendBytes = maxAppendBytes;
  readonly #options: KafkaLogOptions;
  readonly #names: KafkaNames;
  readonly #admin: KafkaAdmin;
  readonly #codec: ValueCodec;
  readonly #facts: TopicFacts;
  readonly #appender: Appender;
  readonly #maxMessageBytes: number;
  readonly #tasks = new Set<KafkaTaskLog>();
  /** Partitions of changelogs that had a position when this process closed their task. */
  readonly #begun = new Set<string>();
  readonly #closed = new Subject<void>();

  constructor(options: KafkaLogOptions, admin: KafkaAdmin) {
    const { name, now, uuid, snapshots, kafka, probe } = options;
    this.#options = options;
    this.#admin = admin;
    this.#names = new KafkaNames(name);
    this.segments = { prefix: name };
    this.#codec = options.codec ?? jsonCodec;
    this.#facts = new TopicFacts(admin, now);
    this.#maxMessageBytes = messageFactor * options.maxRecordBytes;
    this.topics = new KafkaTopics(
      admin,
      this.#maxMessageBytes,
      (topic) => topic === this.#names.answers || topic.endsWith(".changelog"),
    );
    this.#appender = new Appender({
      openProducer: () => this.#openProducer(`${name}.append.${uuid()}`),
      facts: this.#facts,
      codec: this.#codec,
      recordsIn: async (topic) => (await admin.ranges(topic)).reduce((sum, { end }) => sum + end, 0n),
      now,
    });
    this.answers = new KafkaJournal({
      config: kafka,
      admin,
      topic: this.#names.answers,
      folder: join(snapshots, this.#names.answers),
      openProducer: () => this.#openProducer(`${name}.answers.${uuid()}`),
      ensureTopic: () => this.#ensureCompacted(this.#names.answers, 1),
      uuid,
      now,
      probe,
    });
  }

  assignments(segment: Segment): Observable<readonly TaskId[]> {
    const group = {
      id: this.#names.segment(segment.pipeline, segment.name),
      topics: segment.sources,
    };
    return ownedPartitions(this.#options.kafka, group).pipe(
      map((owned) => owned.map((partition) => ({ segment, partition }))),
      takeUntil(this.#closed),
    );
  }

  async open(task: TaskId): Promise<TaskLog> {
    const { segment, partition } = task;
    const { kafka, now, logger, uuid, snapshots, probe } = this.#options;
    const name = this.#names.segment(segment.pipeline, segment.name);
    const topic = this.#names.changelog(segment.pipeline, segment.name);
    await this.#ensureCompacted(topic, await this.#tasksOf(segment));
    // First: from here on no older owner commits, and what it left open has ended.
    const producer = await this.#openProducer(`${name}.${partition}`);
    const closers: (() => Promise<void>)[] = [() => producer.close()];
    try {
      this.answers.lookAgain();
      const snapshot = await Snapshot.open(snapshotPath(snapshots, name, partition), uuid());
      closers.push(() => snapshot.close());
      const range = await this.#rangeOf(topic, partition);
      const position = await restore(snapshot, {
        config: kafka,
        topic,
        range,
        oldestMs: oldestSnapshotMs,
        now,
        logger,
      });
      const changelog = topicPartition(topic, partition);
      if (position === undefined && this.#begun.has(changelog)) throw lostChangelogError(changelog);
      const sources = await this.#sourceIds(segment);
      const reader = await this.#openReader(task, sources, position);
      if (reader !== undefined) closers.push(() => reader.close());
      const taskLog: KafkaTaskLog = new KafkaTaskLog(
        {
          producer,
          reader,
          snapshot,
          changelog: { topic, partition },
          lineage: position?.lineage ?? uuid(),
          sources,
          checkpoint: position?.checkpoint,
        },
        {
          facts: this.#facts,
          codec: this.#codec,
          now,
          probe,
          onClose: () => {
            this.#tasks.delete(taskLog);
            if (taskLog.checkpoint !== undefined) this.#begun.add(changelog);
          },
        },
      );
      this.#tasks.add(taskLog);
      return taskLog;
    } catch (error) {
      for (const close of closers.reverse()) await close().catch(() => {});
      throw error;
    }
  }

  async append(topic: string, messages: readonly Message[]): Promise<void> {
    if ((await this.#admin.partitions(topic)) === undefined)
      await this.topics.ensure(topic, { partitions: 1 });
    await this.#appender.append(topic, messages);
  }

  async *scan(topic: string, range: ScanRange = {}, signal?: AbortSignal): AsyncIterable<StoredMessage> {
    if ((await this.#admin.partitions(topic)) === undefined) return;
    for (const { partition, start, end } of await this.#admin.settledRanges(topic)) {
      if (range.partition !== undefined && range.partition !== partition) continue;
      const from = range.from !== undefined && range.from > start ? range.from : start;
      const to = range.to !== undefined && range.to < end ? range.to : end;
      for await (const record of readRange(this.#options.kafka, { topic, partition, from, to }, signal))
        yield toMessage(record, this.#codec);
    }
  }

  async checkpoints(pipeline: string): Promise<readonly Checkpoint[]> {
    const checkpoints: Checkpoint[] = [];
    for (const topic of await this.#changelogsOf(pipeline))
      for (const range of await this.#admin.settledRanges(topic)) {
        const record = await latestRecord(this.#options.kafka, { topic, ...range }, positionKey);
        const position = record && decodePosition(record.value);
        if (position !== undefined) checkpoints.push(position.checkpoint);
      }
    return checkpoints;
  }

  async stateEntry(pipeline: string, stage: string, key: Uint8Array): Promise<Uint8Array | undefined> {
    for (const topic of await this.#changelogsOf(pipeline))
      for (const range of await this.#admin.settledRanges(topic)) {
        const record = await latestRecord(this.#options.kafka, { topic, ...range }, changelogKey(stage, key));
        if (record?.value != null) return new Uint8Array(record.value);
      }
    return undefined;
  }

  async *scanState(pipeline: string) {
    const { kafka, now, logger, uuid, snapshots } = this.#options;
    const copy = await Snapshot.open(join(snapshots, `scan-${uuid()}`), uuid());
    try {
      for (const topic of await this.#changelogsOf(pipeline))
        for (const range of await this.#admin.settledRanges(topic))
          await applyAll(copy, { config: kafka, topic, range, now, logger });
      yield* copy.all();
    } finally {
      await copy.remove();
    }
  }

  async reset(pipeline: string, topics: readonly string[]): Promise<void> {
    const changelogs = await this.#changelogsOf(pipeline);
    for (const topic of changelogs) await this.#assertNobodyRuns(pipeline, topic);
    // The position goes last: whoever is interrupted resets again, instead of going on behind outputs that are gone.
    for (const topic of topics) await this.#admin.delete(topic);
    for (const topic of changelogs) await this.#admin.delete(topic);
    this.#begun.clear();
    this.#facts.forget();
  }

  async close(): Promise<void> {
    this.#closed.next();
    for (const task of this.#tasks) await task.close();
    await this.#appender.close();
    await this.answers.close();
    await this.#admin.close();
  }

  #openProducer(transactionalId: string): Promise<TransactionalProducer> {
    return TransactionalProducer.open(this.#options.kafka, {
      transactionalId,
      compression: this.#options.compression ?? "none",
      maxBatchBytes: (topic) => this.#facts.maxBatchBytes(topic),
    });
  }

  /** As many as the source with the most partitions has. */
  async #tasksOf({ sources }: Segment): Promise<number> {
    const counts = await Promise.all(sources.map((source) => this.#admin.partitions(source)));
    return Math.max(1, ...counts.map((count) => count ?? 1));
  }

  async #ensureCompacted(topic: string, partitions: number): Promise<void> {
    const existing = (await this.#admin.partitions(topic)) ?? 0;
    if (existing === 0)
      await this.#admin.create(topic, partitions, {
        "cleanup.policy": "compact",
        "delete.retention.ms": String(tombstonesMs),
        "max.message.bytes": String(this.#maxMessageBytes),
      });
    else if (existing < partitions) await this.#admin.addPartitions(topic, partitions);
  }

  async #rangeOf(topic: string, partition: number): Promise<PartitionRange> {
    const ranges = await this.#admin.ranges(topic);
    const range = ranges.find((candidate) => candidate.partition === partition);
    if (range === undefined)
      throw new MagpieError("MGP_TOPIC_UNKNOWN", `the topic ${topic} has no partition ${partition}`);
    return range;
  }

  async #sourceIds({ sources }: Segment): Promise<{ readonly [topic: string]: string }> {
    const ids: { [topic: string]: string } = {};
    for (const topic of sources) {
      const id = await this.#admin.id(topic);
      if (id !== undefined) ids[topic] = id;
    }
    return ids;
  }

  /** A reader of the task's partition of every source that has it. */
  async #openReader(
    { segment, partition }: TaskId,
    ids: { readonly [topic: string]: string },
    position: PositionRecord | undefined,
  ): Promise<PartitionReader | undefined> {
    const starts = await Promise.all(
      segment.sources.map(async (topic) => {
        const range = (await this.#admin.ranges(topic)).find((each) => each.partition === partition);
        if (range === undefined) return [];
        const next = nextOffset(position?.checkpoint, topic, partition);
        return next === undefined
          ? [{ topic, partition, offset: range.start, topicId: ids[topic]! }]
          : [{ topic, partition, offset: BigInt(next), topicId: position!.sources[topic] ?? ids[topic]! }];
      }),
    );
    const from = starts.flat();
    if (from.length === 0) return undefined;
    return PartitionReader.open(this.#options.kafka, from, readBufferBytes);
  }

  async #changelogsOf(pipeline: string): Promise<readonly string[]> {
    return (await this.#admin.list()).filter((topic) => this.#names.segmentOf(topic, pipeline) !== undefined);
  }

  async #assertNobodyRuns(pipeline: string, changelog: string): Promise<void> {
    const segment = this.#names.segmentOf(changelog, pipeline)!;
    const members = await this.#admin.groupMembers(this.#names.segment(pipeline, segment));
    if (members === 0) return;
    throw new MagpieError(
      "MGP_LEASE_HELD",
      `pipeline ${pipeline} is run by ${members} ${members === 1 ? "process" : "processes"} (segment ${segment}); stop them, then try again`,
    );
  }
}
