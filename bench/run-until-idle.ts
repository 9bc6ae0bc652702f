import { join } from "node:path";
import type { Config } from "../src/config/config.ts";
import { describeStages } from "../src/core/describe-stages.ts";
import type { Models } from "../src/core/model.ts";
import type { Log, TaskLog } from "../src/log/log.ts";
import { runPipelines } from "../src/runtime/run.ts";
import { withTasks } from "../test/crash/wrapped-log.ts";
import { silent } from "./silent-logger.ts";

/** Module that worker threads load plugins with: beside the others, in the sources as in the build. */
const loaderUrl = new URL(
  `../src/config/plugin-loader.${import.meta.url.endsWith(".ts") ? "ts" : "js"}`,
  import.meta.url,
);

const noModels: Models = {
  open: (name) => Promise.reject(new Error(`this bench has no model ${name}`)),
  facts: (name) => Promise.reject(new Error(`this bench has no model ${name}`)),
};

/** Runs the samplers and pipelines of `config` until nothing is left to do. `onCommit` is told all records committed so far. */
export async function runUntilIdle(
  log: Log,
  config: Config,
  {
    onCommit,
    models = noModels,
  }: { readonly onCommit?: (received: number) => void; readonly models?: Models } = {},
): Promise<void> {
  const { topics, samplers, limits, commit } = config;
  await runPipelines({
    pipelines: await describeStages(config.pipelines, models),
    samplers,
    models,
    topics,
    limits,
    commit,
    log: onCommit === undefined ? log : withCommits(log, onCommit),
    untilIdle: true,
    stop: new AbortController().signal,
    drainMs: 60_000,
    logger: silent,
    loaderUrl,
    cacheDir: join(config.log.path, "cache"),
    now: Date.now,
    jitter: Math.random,
  });
}

/** The log, telling of every commit its tasks make. */
function withCommits(log: Log, onCommit: (received: number) => void): Log {
  const told = (task: TaskLog): TaskLog => ({
    checkpoint: task.checkpoint,
    state: task.state,
    read: (credit, signal) => task.read(credit, signal),
    commit: async (commit) => {
      await task.commit(commit);
      onCommit(commit.checkpoint.ledger.received);
    },
    close: () => task.close(),
  });
  return withTasks(log, told);
}
