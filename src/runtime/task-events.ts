import type { Pipeline } from "../core/pipeline.ts";
import type { Segment, TaskId } from "../log/log.ts";
import type { TaskStatus } from "./task.ts";

/** What happens to the tasks this process runs. */
export type TaskEvent =
  /** These are its tasks of a segment from now on; former ones are given up. */
  | { readonly kind: "assigned"; readonly segment: Segment; readonly tasks: readonly TaskId[] }
  | ({ readonly kind: "status" } & TaskReport);

/** A status with the task it is about. */
export interface TaskReport {
  readonly pipeline: Pipeline;
  readonly task: TaskId;
  readonly status: TaskStatus;
}

/** Where the tasks of this process stand. */
export interface Tasks {
  /** Segments that have been assigned, even if none of their tasks is here. */
  readonly segments: ReadonlySet<string>;
  /** Undefined for a task that has not told yet. */
  readonly reports: ReadonlyMap<string, TaskReport | undefined>;
}

export const noTasks: Tasks = { segments: new Set(), reports: new Map() };

export function foldTasks({ segments, reports }: Tasks, event: TaskEvent): Tasks {
  if (event.kind === "status")
    return { segments, reports: new Map(reports).set(taskName(event.task), event) };
  const name = segmentName(event.segment.pipeline, event.segment.name);
  const kept = [...reports].filter(([task]) => !task.startsWith(`${name}/`));
  const assigned = event.tasks.map((task) => [taskName(task), undefined] as const);
  return { segments: new Set(segments).add(name), reports: new Map([...kept, ...assigned]) };
}

export function segmentName(pipeline: string, segment: string): string {
  return `${pipeline}/${segment}`;
}

export function taskName({ segment, partition }: TaskId): string {
  return `${segmentName(segment.pipeline, segment.name)}/${partition}`;
}
