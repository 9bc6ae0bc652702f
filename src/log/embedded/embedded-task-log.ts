import type { Checkpoint } from "../../core/checkpoint.ts";
import { ChunkBuilder } from "../chunk-builder.ts";
import type { Chunk, Commit, CommittedState, Credit, TaskId, TaskLog } from "../log.ts";
import { throwIfAborted } from "../throw-if-aborted.ts";
import type { Probe } from "./crash-point.ts";
import { EmbeddedState } from "./embedded-state.ts";
import type { Environment } from "./environment.ts";
import { taskKey } from "./keys.ts";
import { checkLease, type Lease, releaseLease, writeLease } from "./lease.ts";
import { storeError } from "./store-error.ts";
import { readCheckpoint, writeCheckpoint } from "./task-record.ts";
import { TopicCursor } from "./topic-cursor.ts";
import { writeMessages } from "./write-messages.ts";

/** Milliseconds a read waits for a message, and between its looks for what other processes appended. */
const patienceMs = 100;
const pollMs = 50;

/** Milliseconds between signs of life. */
const heartbeatMs = 5_000;

/** One task's hold on the embedded log. */
export class EmbeddedTaskLog implements TaskLog {
  readonly state: CommittedState;
  #checkpoint: Checkpoint | undefined;
  readonly #environment: Environment;
  readonly #task: TaskId;
  readonly #lease: Lease;
  readonly #flush: boolean;
  readonly #now: () => number;
  readonly #probe: Probe | undefined;
  readonly #state: EmbeddedState;
  readonly #cursors: readonly TopicCursor[];
  readonly #heartbeat: NodeJS.Timeout;
  #isClosed = false;

  constructor(
    environment: Environment,
    task: TaskId,
    lease: Lease,
    options: { readonly flush: boolean; readonly now: () => number; readonly probe: Probe | undefined },
  ) {
    const { pipeline, sources } = task.segment;
    this.#environment = environment;
    this.#task = task;
    this.#lease = lease;
    this.#flush = options.flush;
    this.#now = options.now;
    this.#probe = options.probe;
    this.#state = new EmbeddedState(environment, pipeline);
    this.state = this.#state;
    this.#checkpoint = readCheckpoint(environment, taskKey(task));
    this.#cursors = sources.map((source) => new TopicCursor(environment, pipeline, source, this.#checkpoint));
    this.#heartbeat = setInterval(() => this.#beat(), heartbeatMs).unref();
  }

  get checkpoint(): Checkpoint | undefined {
    return this.#checkpoint;
  }

  async read(credit: Credit, signal: AbortSignal): Promise<Chunk> {
    const { pipeline } = this.#task.segment;
    for (let waited = 0; ; waited += pollMs) {
      throwIfAborted(signal);
      const chunk = this.#environment.read(`reading as pipeline ${pipeline}`, () => this.#take(credit));
      if (chunk.messages.length > 0 || waited >= patienceMs) return chunk;
      await this.#environment.wakeup.wait(pollMs, signal);
      this.#environment.refresh();
    }
  }

  async commit({ checkpoint, outputs, state }: Commit): Promise<void> {
    await this.#write(`committing pipeline ${this.#task.segment.pipeline}`, () => {
      checkLease(this.#environment, this.#task, this.#lease.token);
      writeMessages(this.#environment, outputs, this.#now());
      this.#probe?.("mid-commit");
      for (const write of state) this.#state.apply(write);
      writeCheckpoint(this.#environment, taskKey(this.#task), checkpoint);
    });
    this.#checkpoint = checkpoint;
    if (outputs.length > 0) this.#environment.wakeup.notify();
  }

  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    clearInterval(this.#heartbeat);
    // On a full disk the lease stays in the store, but it no longer counts: not here, nor once this process has ended.
    await releaseLease(this.#environment, this.#task, this.#lease.token).catch(() => {});
  }

  async #write(doing: string, body: () => void): Promise<void> {
    try {
      this.#probe?.("before-write");
    } catch (error) {
      throw storeError(this.#environment.path, doing, error);
    }
    await this.#environment.write(doing, this.#flush, body);
    this.#probe?.("after-commit");
  }

  #take(credit: Credit): Chunk {
    checkLease(this.#environment, this.#task, this.#lease.token);
    const chunk = new ChunkBuilder(credit);
    for (;;) {
      const cursor = this.#next();
      if (cursor === undefined || !chunk.fits(cursor.valueBytes)) return chunk.build();
      chunk.add(cursor.take());
    }
  }

  /** The source whose next message comes first in the log. */
  #next(): TopicCursor | undefined {
    let first: TopicCursor | undefined;
    let lowest = Infinity;
    for (const cursor of this.#cursors) {
      const sequence = cursor.peek();
      if (sequence === undefined || sequence > lowest) continue;
      first = cursor;
      lowest = sequence;
    }
    return first;
  }

  #beat(): void {
    const beat = this.#environment.write("renewing the lease", false, () => {
      const lease = checkLease(this.#environment, this.#task, this.#lease.token);
      writeLease(this.#environment, taskKey(this.#task), { ...lease, heartbeat: this.#now() });
    });
    // The next read or commit meets the same trouble and tells of it.
    beat.catch(() => {});
  }
}
