import { MagpieError } from "../../core/errors.ts";
import type { Logger } from "../../core/plugin.ts";
import type { Stage } from "../../core/stage.ts";
import { openPool, type Pool } from "./pool.ts";
import type { WorkerSpec } from "./protocol.ts";
import { WorkerThread } from "./worker-thread.ts";

export interface WorkerPoolDeps {
  /** Module exporting `loadPlugin(origin: PluginOrigin): Promise<Plugin>`. */
  readonly loaderUrl: URL;
  readonly logger: Logger;
  /** sha256 of the plan, part of the seed of `context.random`. */
  readonly plan: string;
  readonly cacheDir: string;
}

/**
 * Starts `stage.options.workers` threads, each with its own copy of the plugin: imported by its origin, set up with the stage's
 * config.
 *
 * Records travel by structured clone: for the thread that sends and receives 256 records of 2 KB both ways it costs less than half
 * of what JSON text costs. What a transform leaves as it was does not travel back.
 *
 * Throws MGP_CONFIG_INVALID for a plugin that was given as an object, MGP_PLUGIN_SETUP when a set-up fails.
 */
export async function openWorkerPool(stage: Stage, deps: WorkerPoolDeps): Promise<Pool> {
  const spec = specOf(stage, deps);
  return openPool(stage, {
    logger: deps.logger,
    member: "a worker thread",
    open: (signal) => WorkerThread.open(spec, deps.logger, signal),
  });
}

function specOf(stage: Stage, deps: WorkerPoolDeps): WorkerSpec {
  if (stage.origin.kind === "value" || stage.origin.kind === "program")
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
