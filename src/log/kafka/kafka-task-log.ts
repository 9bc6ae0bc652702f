import type { Checkpoint } from "../../core/checkpoint.ts";
import { maxChunkRecords } from "../../core/limits.ts";
import type { Chunk, Commit, CommittedState, Credit, StateWrite, TaskLog } from "../log.ts";
import { throwIfAborted } from "../throw-if-aborted.ts";
import { changelogKey, encodePosition, positionKey } from "./changelog.ts";
import type { CrashProbe } from "./crash-probe.ts";
import { toMessage } from "./message.ts";
import type { PartitionReader } from "./partition-reader.ts";
import { sleep } from "./retry.ts";
import { sendMessages, type Turns } from "./send-messages.ts";
import type { Snapshot } from "./snapshot.ts";
import type { NewRecord } from "./split-records.ts";
import type { TopicFacts } from "./topic-facts.ts";
import type { TransactionalProducer } from "./transactional-producer.ts";
import type { ValueCodec } from "./value-codec.ts";

/** Milliseconds a read waits where there is nothing to read. */
const idleMs = 100;

/** What an open task holds. */
export interface TaskParts {
  readonly producer: TransactionalProducer;
  /** Undefined where none of the sources has the task's partition. */
  readonly reader: PartitionReader | undefined;
  readonly snapshot: Snapshot;
  readonly changelog: { readonly topic: string; readonly partition: number };
  readonly lineage: string;
  /** By source, the id of the topic that is read. */
  readonly sources: { readonly [topic: string]: string };
  readonly checkpoint: Checkpoint | undefined;
}

export interface TaskDeps {
  readonly facts: TopicFacts;
  readonly codec: ValueCodec;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly probe: CrashProbe | undefined;
  readonly onClose: () => void;
}

/**
 * One task's hold on Kafka. Outputs, a changelog record for each changed entry of the state and the position are one transaction.
 * Offsets are never committed to a group: the position in the changelog is the only one.
 */
export class KafkaTaskLog implements TaskLog {
  readonly #parts: TaskParts;
  readonly #deps: TaskDeps;
  readonly #turns: Turns = new Map();
  #checkpoint: Checkpoint | undefined;
  #closed: Promise<void> | undefined;

  constructor(parts: TaskParts, deps: TaskDeps) {
    this.#parts = parts;
    this.#deps = deps;
    this.#checkpoint = parts.checkpoint;
  }

  get checkpoint(): Checkpoint | undefined {
    return this.#checkpoint;
  }

  get state(): CommittedState {
    return this.#parts.snapshot;
  }

  async read(credit: Credit, signal: AbortSignal): Promise<Chunk> {
    const { reader } = this.#parts;
    if (reader === undefined) {
      await sleep(idleMs, signal);
      throwIfAborted(signal);
      return { messages: [] };
    }
    const within = { records: Math.min(maxChunkRecords, credit.records), bytes: credit.bytes };
    for (;;) {
      const { records, undecided } = await reader.read(within, signal);
      // A transaction that is under way may have been reported committed already: not all has been read.
      if (records.length > 0 || !undecided)
        return { messages: records.map((record) => toMessage(record, this.#deps.codec)) };
    }
  }

  async commit({ checkpoint, outputs, state }: Commit): Promise<void> {
    const { producer, snapshot, changelog, lineage, sources } = this.#parts;
    const { facts, codec, now, probe } = this.#deps;
    const at = now();
    await facts.partitions(changelog.topic);
    await producer.begin();
    await probe?.("before-produce");
    const entries = latest(state);
    const records: NewRecord[] = entries.map(({ stage, key, value }) => ({
      key: changelogKey(stage, key),
      value: value === undefined ? null : asBuffer(value),
      headers: {},
      timestamp: at,
    }));
    const position = {
      key: positionKey,
      value: encodePosition({ checkpoint, lineage, sources }),
      headers: {},
      timestamp: at,
    };
    const [, next] = await Promise.all([
      sendMessages(producer, outputs, facts, this.#turns, codec, at),
      producer.send(changelog.topic, changelog.partition, [...records, position]),
    ]);
    await probe?.("after-produce");
    const ended = producer.commit();
    await probe?.("end-sent");
    await ended;
    await probe?.("after-end");
    // What is committed is committed: when the snapshot cannot follow, opening the task again restores it.
    await snapshot.apply(entries, {
      lineage,
      position: String(next! - 1n),
      commit: checkpoint.commit,
      next: String(next),
      at,
    });
    this.#checkpoint = checkpoint;
  }

  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  async #close(): Promise<void> {
    const { producer, reader, snapshot } = this.#parts;
    await Promise.all([producer.close(), reader?.close()]);
    await snapshot.close();
    this.#deps.onClose();
  }
}

/** The last write of each key. */
function latest(writes: readonly StateWrite[]): readonly StateWrite[] {
  const last = new Map<string, StateWrite>();
  for (const write of writes) last.set(changelogKey(write.stage, write.key).toString("latin1"), write);
  return [...last.values()];
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
