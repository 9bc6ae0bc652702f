import type { Checkpoint } from "../../core/checkpoint.ts";
import type { TaskId } from "../log.ts";
import type { Environment } from "./environment.ts";
import { pipelinePrefix, successor, taskKey } from "./keys.ts";

interface TaskRecord {
  readonly pipeline: string;
  readonly sources: readonly string[];
}

/** Notes what a task reads, so that retention keeps it. Only inside a transaction. */
export function writeTask(environment: Environment, task: TaskId): void {
  const { pipeline, sources } = task.segment;
  const record: TaskRecord = { pipeline, sources };
  environment.tasks.put(taskKey(task), Buffer.from(JSON.stringify(record)));
}

/** All tasks ever opened and not reset, with their committed checkpoints. */
export function readTasks(environment: Environment) {
  return [...environment.tasks.getRange({})].map(({ key, value }) => {
    const { sources }: TaskRecord = JSON.parse(value.toString());
    return { sources, checkpoint: readCheckpoint(environment, key) };
  });
}

export function readCheckpoint(environment: Environment, key: Buffer): Checkpoint | undefined {
  const checkpoint = environment.checkpoints.get(key);
  return checkpoint === undefined ? undefined : JSON.parse(checkpoint.toString());
}

/** Only inside a transaction. */
export function writeCheckpoint(environment: Environment, key: Buffer, checkpoint: Checkpoint): void {
  environment.checkpoints.put(key, Buffer.from(JSON.stringify(checkpoint)));
}

/** The checkpoints of all tasks of a pipeline. */
export function readCheckpoints(environment: Environment, pipeline: string): readonly Checkpoint[] {
  const start = pipelinePrefix(pipeline);
  const range = { start, end: successor(start) };
  return [...environment.checkpoints.getRange(range)].map(({ value }) => JSON.parse(value.toString()));
}
