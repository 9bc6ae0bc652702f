import { concat, NEVER, type Observable, of, Subject, takeUntil } from "rxjs";
import type { Checkpoint } from "../../core/checkpoint.ts";
import type { Log, Message, ScanRange, Segment, StoredMessage, TaskId, TaskLog } from "../log.ts";
import type { Probe } from "./crash-point.ts";
import { EmbeddedJournal } from "./embedded-journal.ts";
import { EmbeddedState, scanState } from "./embedded-state.ts";
import { EmbeddedTaskLog } from "./embedded-task-log.ts";
import { EmbeddedTopics } from "./embedded-topics.ts";
import { acquireEnvironment, type Environment } from "./environment.ts";
import { pipelinePrefix, successor } from "./keys.ts";
import { checkUnowned, takeLease } from "./lease.ts";
import { type FileSystemType, fileSystemType } from "./prepare-directory.ts";
import { type Processes, systemProcesses } from "./processes.ts";
import { removeRange } from "./remove-range.ts";
import { scanTopic } from "./scan-topic.ts";
import { readCheckpoints, writeTask } from "./task-record.ts";
import { deleteTopic } from "./topic-record.ts";
import { writeTo } from "./write-messages.ts";

export interface EmbeddedLogOptions {
  /** A directory on a local disk; made when it does not exist. */
  readonly path: string;
  /**
   * `commit`: a task's commit is on disk when it resolves. `background`: it is visible when it resolves, survives the end
   * of the process however it ends, and is flushed to disk right after; a power failure may take back the last ones, never
   * a part of one. Appends, answers and changes of topics are always on disk when they resolve.
   */
  readonly sync: "commit" | "background";
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** This process and its neighbours; the system's by default. */
  readonly processes?: Processes;
  /** The type of the file system a path lies on; asks the system by default. */
  readonly statfs?: FileSystemType;
  /** Called at every crash point; none by default. */
  readonly probe?: Probe;
}

/**
 * Opens the log of one machine: an LMDB store in a directory, open to several processes at once. Throws
 * MGP_LOG_UNAVAILABLE, MGP_LOG_NETWORK_FS, MGP_LOG_VERSION, MGP_LOG_CORRUPT, MGP_LOG_FULL.
 */
export async function openEmbeddedLog(options: EmbeddedLogOptions): Promise<Log> {
  const { environment, release } = await acquireEnvironment(options.path, options.statfs ?? fileSystemType);
  return new EmbeddedLog(environment, release, options);
}

class EmbeddedLog implements Log {
  readonly topics: EmbeddedTopics;
  readonly answers: EmbeddedJournal;
  readonly segments = undefined;
  readonly maxAppendBytes = 256_000_000;
  readonly #environment: Environment;
  readonly #release: () => Promise<void>;
  readonly #options: EmbeddedLogOptions;
  readonly #processes: Processes;
  readonly #tasks = new Set<EmbeddedTaskLog>();
  readonly #closed = new Subject<void>();
  #closing: Promise<void> | undefined;

  constructor(environment: Environment, release: () => Promise<void>, options: EmbeddedLogOptions) {
    this.#environment = environment;
    this.#release = release;
    this.#options = options;
    this.#processes = options.processes ?? systemProcesses();
    this.topics = new EmbeddedTopics(environment);
    this.answers = new EmbeddedJournal(environment, options.probe);
  }

  /** One task reads all partitions of all sources, in log order. */
  assignments(segment: Segment): Observable<readonly TaskId[]> {
    return concat(of([{ segment, partition: 0 }]), NEVER).pipe(takeUntil(this.#closed));
  }

  async open(task: TaskId): Promise<TaskLog> {
    const environment = this.#environment;
    const { now, probe, sync } = this.#options;
    const lease = await environment.write(`opening pipeline ${task.segment.pipeline}`, true, () => {
      const taken = takeLease(environment, task, this.#processes, now());
      writeTask(environment, task);
      return taken;
    });
    const taskLog = new EmbeddedTaskLog(environment, task, lease, { flush: sync === "commit", now, probe });
    this.#tasks.add(taskLog);
    return taskLog;
  }

  async append(topic: string, messages: readonly Message[]): Promise<void> {
    if (messages.length === 0) return;
    await this.#environment.write(`appending to ${topic}`, true, () => {
      writeTo(this.#environment, topic, messages, this.#options.now());
    });
    this.#environment.wakeup.notify();
  }

  scan(topic: string, range: ScanRange = {}, signal?: AbortSignal): AsyncIterable<StoredMessage> {
    return scanTopic(this.#environment, topic, range, signal);
  }

  async checkpoints(pipeline: string): Promise<readonly Checkpoint[]> {
    this.#environment.refresh();
    return readCheckpoints(this.#environment, pipeline);
  }

  async stateEntry(pipeline: string, stage: string, key: Uint8Array): Promise<Uint8Array | undefined> {
    this.#environment.refresh();
    return new EmbeddedState(this.#environment, pipeline).get(stage, key);
  }

  scanState(pipeline: string) {
    return scanState(this.#environment, pipeline);
  }

  async reset(pipeline: string, topics: readonly string[]): Promise<void> {
    const environment = this.#environment;
    await environment.write(`resetting pipeline ${pipeline}`, true, () => {
      checkUnowned(environment, pipeline, this.#processes, this.#options.now());
      const start = pipelinePrefix(pipeline);
      const end = successor(start);
      const { tasks, leases, checkpoints, state } = environment;
      for (const table of [tasks, leases, checkpoints, state]) removeRange(table, start, end);
      for (const topic of topics) deleteTopic(environment, topic);
    });
  }

  /** Releases the tasks still open. Everything written is on disk when it resolves. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    this.#closed.next();
    for (const task of this.#tasks) await task.close();
    await this.#release();
  }
}
