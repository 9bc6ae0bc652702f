import { pluginLoaderUrl } from "./cli/plugin-loader-url.ts";
import { defaultCommitPolicy, defaultLimits } from "./core/limits.ts";
import { silentLogger } from "./core/silent-logger.ts";
import { type RunOptions as RuntimeOptions, runPipelines as run } from "./runtime/run.ts";

/** What pipelines run with; only the log and the pipelines have no default. */
export interface RunOptions
  extends Pick<RuntimeOptions, "log" | "pipelines">,
    Partial<Pick<RuntimeOptions, "topics" | "limits" | "commit" | "untilIdle" | "stop" | "drainMs">>,
    Partial<Pick<RuntimeOptions, "logger" | "cacheDir" | "onProgress" | "models">> {}

/**
 * Runs pipelines on a log, as `magpie run` does: until `stop` is aborted, or with `untilIdle` until every source is read to
 * its end. Ends when everything that was read is committed.
 *
 * Defaults: topics are created as they are needed, with one partition; `limits` and `commit` as in magpie.yaml; `drainMs`
 * 30,000; no models; nothing is logged; no directory for caches (the empty string).
 *
 * @throws MagpieError of the first pipeline that failed for good, such as MGP_LEASE_HELD or MGP_STATE_FINGERPRINT, and
 * MGP_DRAIN_TIMEOUT; by then all pipelines are closed.
 */
export function runPipelines(options: RunOptions): Promise<void> {
  return run({
    topics: {},
    limits: defaultLimits,
    commit: defaultCommitPolicy,
    untilIdle: false,
    stop: new AbortController().signal,
    drainMs: 30_000,
    logger: silentLogger,
    cacheDir: "",
    ...options,
    // Who calls this has no composition root of ours: here the clock and the randomness of a process come in.
    loaderUrl: pluginLoaderUrl,
    now: Date.now,
    jitter: Math.random,
  });
}
