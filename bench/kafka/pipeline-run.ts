import { plugins } from "../../src/builtins.ts";
import { definePipeline, stage } from "../../src/config/define-pipeline.ts";
import type { Log, TaskLog } from "../../src/log/log.ts";
import { runPipelines } from "../../src/run-pipelines.ts";
import { type Measured, startMeasuring } from "../measured.ts";
import { kafkaBenchLog } from "./kafka-bench-log.ts";
import { commitEveryMs, type KafkaRun, unlimited } from "./settings.ts";

const stagesOf = {
  "pass-through": () => [],
  "six plugins": () => [
    stage(plugins.sanitize),
    stage(plugins.format, {}),
    stage(plugins.length, { field: "instruction" }),
    stage(plugins.language),
    stage(plugins.exactDedup, { by: "instruction" }),
    stage(plugins.minhashDedup, { threshold: 0.8 }),
  ],
};

/** One of our pipelines, from its first read to its last commit. */
export async function runKafkaPipeline({
  what,
  ...run
}: KafkaRun & { readonly what: keyof typeof stagesOf }): Promise<Measured> {
  const log = await kafkaBenchLog(run.brokers);
  try {
    const pipeline = definePipeline({
      name: `p-${run.target}`,
      from: run.source,
      to: run.target,
      stages: stagesOf[what](),
    });
    const measured = measuring(log);
    await runPipelines({
      log: measured.log,
      pipelines: [pipeline],
      untilIdle: true,
      limits: { windowRecords: 65_536, windowBytes: 256 << 20 },
      commit: { records: unlimited, bytes: unlimited, everyMs: commitEveryMs },
    });
    return measured.end(run.records);
  } finally {
    await log.close();
  }
}

/** Measures from the first record read to the last commit of any task. */
function measuring(log: Log): { readonly log: Log; end(records: number): Measured } {
  let end: ReturnType<typeof startMeasuring> | undefined;
  let last: Measured | undefined;
  const measured = (task: TaskLog): TaskLog => ({
    checkpoint: task.checkpoint,
    state: task.state,
    read: async (credit, signal) => {
      const chunk = await task.read(credit, signal);
      if (chunk.messages.length > 0) end ??= startMeasuring();
      return chunk;
    },
    commit: async (commit) => {
      await task.commit(commit);
      last = end?.(0);
    },
    close: () => task.close(),
  });
  const proxy = new Proxy(log, {
    get(target, name) {
      if (name === "open")
        return async (task: Parameters<Log["open"]>[0]) => measured(await target.open(task));
      const value = Reflect.get(target, name);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
  return {
    log: proxy,
    end(records) {
      if (last === undefined) throw new Error("nothing was committed");
      return { ...last, records };
    },
  };
}
