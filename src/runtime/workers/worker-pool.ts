import { MagpieError, messageOf } from "../../core/errors.ts";
import type { Logger, PurePhase } from "../../core/plugin.ts";
import type { Stage } from "../../core/stage.ts";
import type { StageOptions } from "../../core/stage-options.ts";
import { abortableDelay } from "../abortable-delay.ts";
import { withTimeout } from "../with-timeout.ts";
import type { WorkerSpec } from "./protocol.ts";
import { WorkerThread } from "./worker-thread.ts";

const firstRespawnMs = 100;
const longestRespawnMs = 10_000;

/** Set-ups in a row that may fail when a thread is replaced, before the stage fails: about 2 s. */
const mostFailedSetups = 4;

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
   * with what the plugin threw; MGP_PLUGIN_CRASHED (may be tried again) when its thread ended; MGP_PLUGIN_TIMEOUT or the
   * signal's reason: then the thread is ended, because nothing else stops a loop that never yields, and another takes its
   * place; MGP_PLUGIN_SETUP when no other can.
   */
  readonly phase: PurePhase<unknown>;
  /**
   * How a batch caller shall call `phase`: as many calls at once as there are threads, and without a time-out, because the
   * pool counts the time from when a thread begins; starting a thread is not the call's fault.
   */
  readonly options: StageOptions;
  /** Closes every plugin and ends every thread. Calls that wait or are under way reject: end the callers first. */
  close(): Promise<void>;
}

interface Waiter {
  give(thread: WorkerThread): void;
  reject(error: unknown): void;
}

/**
 * Starts `stage.options.workers` threads, each with its own copy of the plugin: imported by its origin, set up with the
 * stage's config. A thread that ends is replaced after 100 ms, 200 ms, … (at most 10 s) while no call succeeds; when its set-up
 * then fails 4 times in a row, the stage fails.
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
    for (let failedSetups = 0; failedSetups < mostFailedSetups; failedSetups++) {
      failures++;
      const delayMs = Math.min(longestRespawnMs, firstRespawnMs * 2 ** (failures - 1));
      if (!closed.signal.aborted)
        deps.logger.warn(`stage ${stage.id}: a worker thread is started again in ${delayMs} ms`, {
          error: messageOf(reason),
        });
      try {
        await abortableDelay(delayMs, closed.signal);
        await spawn();
        return;
      } catch (failure) {
        if (closed.signal.aborted) return;
        reason = failure;
      }
    }
    end(setupError(stage, reason));
  };

  /** No calls from now on; those that wait for a thread reject. */
  const end = (error?: MagpieError) => {
    closed.abort(error);
    for (const waiter of waiting.splice(0)) waiter.reject(closed.signal.reason);
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
      closed.signal.throwIfAborted();
      const run = withTimeout((given, stop) => thread.run(given, stop), stage.options.timeoutMs);
      const results = await run(batch, signal);
      failures = 0;
      return results;
    } finally {
      if (thread.alive) offer(thread);
    }
  };

  const close = async () => {
    end();
    await Promise.all([...threads].map((thread) => thread.close()));
  };

  const spawned = await Promise.allSettled(Array.from({ length: stage.options.workers }, spawn));
  const failed = spawned.find((result) => result.status === "rejected");
  if (failed !== undefined) {
    await close();
    throw setupError(stage, failed.reason);
  }
  const options = {
    ...stage.options,
    concurrency: stage.options.workers,
    timeoutMs: Number.POSITIVE_INFINITY,
  };
  return { phase, options, close };
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
