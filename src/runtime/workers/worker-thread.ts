import { Worker } from "node:worker_threads";
import { MagpieError, messageOf } from "../../core/errors.ts";
import type { Logger, Results } from "../../core/plugin.ts";
import type { MagpieRecord } from "../../core/record.ts";
import type { WorkerReply, WorkerRequest, WorkerSpec } from "./protocol.ts";
import { fromWireError } from "./wire-error.ts";
import { fromWireResults } from "./wire-results.ts";

/** Sources run as they are, the build has JavaScript beside this file. */
const entry = new URL(
  import.meta.url.endsWith(".ts") ? "./from-source.mjs" : "./worker-main.js",
  import.meta.url,
);

/** How long a plugin's `close` may take before its thread is ended, in milliseconds. */
const closeDeadlineMs = 5_000;

interface Call {
  readonly batch: readonly MagpieRecord[];
  resolve(results: Results<unknown>): void;
  reject(error: unknown): void;
}

/** One worker thread with its own copy of a stage's plugin, from its set-up to its end. Serves one call at a time. */
export class WorkerThread {
  /** Resolves when the thread is gone, with what ended it. Never rejects. */
  readonly ended: Promise<MagpieError>;
  readonly #worker: Worker;
  #call: Call | undefined;
  #alive = true;

  private constructor(worker: Worker, spec: WorkerSpec, logger: Logger) {
    this.#worker = worker;
    worker.on("message", (reply: WorkerReply) => this.#receive(reply, logger));
    this.ended = new Promise((resolve) => {
      let cause: unknown;
      worker.on("error", (error) => {
        cause = error;
      });
      worker.once("exit", (code) => {
        this.#alive = false;
        const error = crashError(spec.stage, code, cause);
        this.#take()?.reject(error);
        resolve(error);
      });
    });
  }

  /**
   * Starts a thread; resolves when its plugin is set up. Rejects with what its set-up threw; aborting `signal` before that
   * ends the thread.
   */
  static async open(spec: WorkerSpec, logger: Logger, signal: AbortSignal): Promise<WorkerThread> {
    const worker = new Worker(entry, { workerData: spec });
    const thread = new WorkerThread(worker, spec, logger);
    const end = () => void thread.terminate();
    const ready = new Promise<void>((resolve, reject) => {
      worker.on("message", (reply: WorkerReply) => {
        if (reply.kind === "ready") resolve();
        if (reply.kind === "failed") reject(fromWireError(reply.error));
      });
      void thread.ended.then(reject);
    });
    signal.addEventListener("abort", end);
    try {
      await ready;
    } finally {
      signal.removeEventListener("abort", end);
    }
    return thread;
  }

  get alive(): boolean {
    return this.#alive;
  }

  /**
   * Runs the phase on a batch. Aborting `signal` ends the thread, because nothing else stops a loop that never yields;
   * the promise rejects with the signal's reason. A thread that ends by itself rejects with MGP_PLUGIN_CRASHED.
   */
  run(batch: readonly MagpieRecord[], signal: AbortSignal): Promise<Results<unknown>> {
    signal.throwIfAborted();
    return new Promise((resolve, reject) => {
      const abort = () => {
        this.#take()?.reject(signal.reason);
        void this.terminate();
      };
      const settled = () => signal.removeEventListener("abort", abort);
      this.#call = {
        batch,
        resolve: (results) => {
          settled();
          resolve(results);
        },
        reject: (error) => {
          settled();
          reject(error);
        },
      };
      signal.addEventListener("abort", abort);
      try {
        this.#send({ kind: "call", batch });
      } catch (error) {
        this.#take()?.reject(error);
      }
    });
  }

  /** Rejects the call under way, closes the plugin and ends the thread, in time or not. */
  async close(): Promise<void> {
    this.#take()?.reject(new DOMException("The worker thread was closed", "AbortError"));
    const deadline = setTimeout(() => void this.terminate(), closeDeadlineMs);
    this.#send({ kind: "close" });
    await this.ended;
    clearTimeout(deadline);
  }

  async terminate(): Promise<void> {
    // Set at once: it takes a while until the thread is gone, and it must not be given another call.
    this.#alive = false;
    await this.#worker.terminate();
  }

  #send(request: WorkerRequest): void {
    this.#worker.postMessage(request);
  }

  #receive(reply: WorkerReply, logger: Logger): void {
    if (reply.kind === "log") logger[reply.level](reply.message, reply.fields);
    if (reply.kind === "threw") this.#take()?.reject(fromWireError(reply.error));
    if (reply.kind === "results") {
      const call = this.#take();
      call?.resolve(fromWireResults(reply.results, call.batch));
    }
  }

  /** The call under way, which is settled by whoever takes it. */
  #take(): Call | undefined {
    const call = this.#call;
    this.#call = undefined;
    return call;
  }
}

function crashError(stage: string, exitCode: number, cause: unknown): MagpieError {
  const why = cause === undefined ? `it exited with code ${exitCode}` : messageOf(cause);
  return new MagpieError("MGP_PLUGIN_CRASHED", `A worker thread of stage ${stage} ended: ${why}`, { cause });
}
