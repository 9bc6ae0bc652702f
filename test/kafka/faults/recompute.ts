import type { Config } from "../../../src/config/config.ts";
import type { Pipeline } from "../../../src/core/pipeline.ts";
import { formatPosition } from "../../../src/core/position.ts";
import { segmentsOf } from "../../../src/core/segments.ts";
import { silentLogger } from "../../../src/core/silent-logger.ts";
import { headers, type Log, type StoredMessage, type TaskId, type TaskLog } from "../../../src/log/log.ts";
import { createMemoryLog } from "../../../src/log/memory/memory-log.ts";
import { runPipelines } from "../../../src/runtime/run.ts";
import { withTasks } from "../../crash/wrapped-log.ts";

/**
 * What one machine makes of the order that a pipeline's order topic recorded: the pipeline run in memory, over the same inputs at
 * the same positions. What a cluster has committed, whatever happened to it, must be the same. It runs as one task; in segments
 * where stages stand behind those that admit, because only one task can tell later whose holder they dropped.
 */
export async function recompute(kafka: Log, pipeline: Pipeline, config: Config): Promise<Log> {
  const segmentation = kafka.segments!;
  const [first, ...rest] = segmentsOf(pipeline, segmentation.prefix);
  const memory = createMemoryLog(rest.length > 1 ? { segments: segmentation } : {});
  for (const [topic, settings] of Object.entries(config.topics)) await memory.topics.ensure(topic, settings);
  const inputs = await orderedInputs(kafka, pipeline);
  const isFirst = ({ segment }: TaskId) => segment.sources === first.sources;
  await runPipelines({
    log: withTasks(memory, (task, id) =>
      isFirst(id) ? reading(task, id.partition === 0 ? inputs : []) : task,
    ),
    pipelines: [pipeline],
    topics: {},
    limits: config.limits,
    commit: config.commit,
    untilIdle: true,
    stop: new AbortController().signal,
    drainMs: 60_000,
    logger: silentLogger,
    loaderUrl: new URL("../../../src/config/plugin-loader.ts", import.meta.url),
    cacheDir: "",
    now: () => 0,
    jitter: () => 0,
  });
  return memory;
}

/** The inputs in the order in which the first serial segment admits them, each once: what stands there twice is for the verdict to find. */
export async function orderedInputs(kafka: Log, pipeline: Pipeline): Promise<readonly StoredMessage[]> {
  const [first] = segmentsOf(pipeline, kafka.segments?.prefix);
  const inputs = new Map<string, StoredMessage>();
  for (const topic of first.sources)
    for await (const message of kafka.scan(topic)) inputs.set(formatPosition(message.position), message);
  const ordered: StoredMessage[] = [];
  for await (const frame of kafka.scan(first.into!.name)) {
    const source = frame.headers[headers.source] ?? "";
    const input = inputs.get(source);
    if (input !== undefined) ordered.push(input);
    inputs.delete(source);
  }
  return ordered;
}

/** The task, with its input given. */
function reading(task: TaskLog, inputs: readonly StoredMessage[]): TaskLog {
  let next = 0;
  return {
    checkpoint: task.checkpoint,
    state: task.state,
    async read({ records }, signal) {
      if (next === inputs.length) return task.read({ records, bytes: 1 }, signal);
      const messages = inputs.slice(next, next + Math.min(records, 256));
      next += messages.length;
      return { messages };
    },
    commit: (commit) => task.commit(commit),
    close: () => task.close(),
  };
}
