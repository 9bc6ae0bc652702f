import { MagpieError, messageOf } from "../../core/errors.ts";
import type { Logger, PurePhase } from "../../core/plugin.ts";
import type { Stage } from "../../core/stage.ts";
import { abortableDelay } from "../abortable-delay.ts";
import type { WorkerSpec } from "./protocol.ts";
import { WorkerThread } from "./worker-thread.ts";

const firstRespawnMs = 100;
const longestRespawnMs = 10_000;

export interface WorkerPoolDeps {
  /** Module exporting `loadPlugin(origin: PluginOrigin): Promise<Plugin>`. */
  readonly loaderUrl: URL;
  readonly logger: Logger;
  /** sha256 of the plan, part of the seed of `context.random`. */
  readonly plan: string;
  readonly cacheDir: string;
}

export interface WorkerPool {
  /**
   * The stage's pure phase (apply, measure or prepare) in whichever thread is free; waits for one when none is. Rejects
   * with what the plugin threw, MGP_PLUGIN_CRASHED (may be tried again) when its thread ended, or the signal's reason: an
   * aborted call ends its thread, and another takes its place.
   */
  readonly phase: PurePhase<unknown>;
  /** Closes every plugin and ends every thread. Calls that wait or are under way reject: end the callers first. */
  close(): Promise<void>;
}

interface Waiter {
  give(thread: WorkerThread): void;
  reject(error: unknown): void;
}

/**
 * Starts `stage.options.workers` threads, each with its own copy of the plugin: imported by its origin, set up with the
 * stage's config. A thread that ends is replaced after 100 ms, 200 ms, … (at most 10 s) while no call succeeds.
 *
 * Records travel by structured clone: for the thread that sends and receives 256 records of 2 KB both ways it costs less than half
 * of what JSON text costs. What a transform leaves as it was does not travel back.
 *
 * Throws MGP_CONFIG_INVALID for a plugin that was given as an object, MGP_PLUGIN_SETUP when a set-up fails.
 */
export async function openWorkerPool(stage: Stage, deps: WorkerPoolDeps): Promise<WorkerPool> {
  const spec = specOf(stage, deps);
  const closed = new AbortController();
  const threads = new Set<WorkerThread>();
  const idle: WorkerThread[] = [];
  const waiting: Waiter[] = [];
  let failures = 0;

  const spawn = async () => {
    const thread = await WorkerThread.open(spec, deps.logger, closed.signal);
    threads.add(thread);
    void thread.ended.then((error) => replace(thread, error));
    offer(thread);
  };

  const offer = (thread: WorkerThread) => {
    const next = waiting.shift();
    if (next === undefined) idle.push(thread);
    else next.give(thread);
  };

  const replace = async (gone: WorkerThread, error: MagpieError) => {
    threads.delete(gone);
    const index = idle.indexOf(gone);
    if (index !== -1) idle.splice(index, 1);
    let reason: unknown = error;
    while (!closed.signal.aborted) {
      failures++;
      const delayMs = Math.min(longestRespawnMs, firstRespawnMs * 2 ** (failures - 1));
      deps.logger.warn(`stage ${stage.id}: a worker thread is started again in ${delayMs} ms`, {
        error: messageOf(reason),
      });
      try {
        await abortableDelay(delayMs, closed.signal);
        await spawn();
        return;
      } catch (failure) {
        reason = failure;
      }
    }
  };

  const acquire = (signal: AbortSignal): WorkerThread | Promise<WorkerThread> => {
    const free = idle.pop();
    if (free !== undefined) return free;
    return new Promise((resolve, reject) => {
      const leave = () => {
        waiting.splice(waiting.indexOf(waiter), 1);
        reject(signal.reason);
      };
      const waiter: Waiter = {
        give: (thread) => {
          signal.removeEventListener("abort", leave);
          resolve(thread);
        },
        reject: (error) => {
          signal.removeEventListener("abort", leave);
          reject(error);
        },
      };
      signal.addEventListener("abort", leave);
      waiting.push(waiter);
    });
  };

  const phase: PurePhase<unknown> = async (batch, signal) => {
    closed.signal.throwIfAborted();
    const thread = await acquire(signal);
    try {
      const results = await thread.run(batch, signal);
      failures = 0;
      return results;
    } finally {
      if (thread.alive) offer(thread);
    }
  };

  const close = async () => {
    closed.abort();
    for (const waiter of waiting.splice(0)) waiter.reject(closed.signal.reason);
    await Promise.all([...threads].map((thread) => thread.close()));
  };

  const spawned = await Promise.allSettled(Array.from({ length: stage.options.workers }, spawn));
  const failed = spawned.find((result) => result.status === "rejected");
  if (failed !== undefined) {
    await close();
    throw setupError(stage, failed.reason);
  }
  return { phase, close };
}

function specOf(stage: Stage, deps: WorkerPoolDeps): WorkerSpec {
  if (stage.origin.kind === "value")
    throw new MagpieError(
      "MGP_CONFIG_INVALID",
      `stage ${stage.id} asks for ${stage.options.workers} workers, but its plugin was given as an object, which a worker thread cannot import; name it by built-in name, path or package, or set workers: 0`,
    );
  return {
    stage: stage.id,
    origin: stage.origin,
    config: stage.config,
    plan: deps.plan,
    cacheDir: deps.cacheDir,
    loader: deps.loaderUrl.href,
  };
}

function setupError(stage: Stage, error: unknown): MagpieError {
  const { name, version } = stage.plugin.meta;
  return error instanceof MagpieError && error.code !== "MGP_PLUGIN_CRASHED"
    ? error
    : new MagpieError(
        "MGP_PLUGIN_SETUP",
        `stage ${stage.id} (${name}@${version}) cannot be set up in a worker thread: ${messageOf(error)}`,
        { cause: error },
      );
}
