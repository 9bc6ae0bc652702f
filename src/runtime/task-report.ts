import type { Pipeline } from "../core/pipeline.ts";
import type { TaskId } from "../log/log.ts";
import type { TaskStatus } from "./task.ts";

/** A status with the task it is about. */
export interface TaskReport {
  readonly pipeline: Pipeline;
  readonly task: TaskId;
  readonly status: TaskStatus;
}

export function taskName({ segment, partition }: TaskId): string {
  return `${segment.pipeline}/${segment.name}/${partition}`;
}
