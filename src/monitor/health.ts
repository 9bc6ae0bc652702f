import type { TaskMonitor, TaskPhase } from "./task-monitor.ts";

export type TaskState = TaskPhase | "idle" | "stalled";

/** What `/healthz` tells of a task. */
export interface TaskHealth {
  readonly pipeline: string;
  /** Segment and partition. */
  readonly task: string;
  readonly state: TaskState;
}

/** What `/healthz` tells: 200 when it is ok, else 503. */
export interface Health {
  readonly status: "ok" | "unavailable";
  /** Why it is not ok. */
  readonly reasons: readonly string[];
  readonly tasks: readonly TaskHealth[];
}

/** A task with the records it has still to read; undefined when the log does not tell, or nobody knows what the task has read. */
export interface Observed {
  readonly task: TaskMonitor;
  readonly lag: number | undefined;
  /** Milliseconds without getting on after which a task that has records to read counts as stalled. */
  readonly stalledAfterMs: number;
}

export interface Observation {
  /** The run was told to stop. */
  readonly isDraining: boolean;
  /** Segments whose tasks are not known yet. */
  readonly unassigned: readonly string[];
  readonly tasks: readonly Observed[];
}

export function healthOf({ isDraining, unassigned, tasks }: Observation): Health {
  const reasons = [
    ...(isDraining ? ["draining: what was read is finished and committed, then the process ends"] : []),
    ...unassigned.map((segment) => `${segment} is starting: its tasks are not assigned yet`),
    ...(tasks.some(isLogAway) ? ["the log does not tell where its topics stand"] : []),
    ...tasks.flatMap(reasonOf),
  ];
  return {
    status: reasons.length === 0 ? "ok" : "unavailable",
    reasons,
    tasks: tasks.map((observed) => ({
      pipeline: observed.task.pipeline.name,
      task: observed.task.name,
      state: stateOf(observed),
    })),
  };
}

export function stateOf({ task, lag, stalledAfterMs }: Observed): TaskState {
  if (task.phase !== "running") return task.phase;
  if (lag !== 0 && task.quietMs > stalledAfterMs) return "stalled";
  return task.isIdle ? "idle" : "running";
}

function isLogAway({ task, lag }: Observed): boolean {
  return task.phase === "running" && lag === undefined;
}

function reasonOf(observed: Observed): readonly string[] {
  const { task, lag } = observed;
  const name = `${task.pipeline.name}/${task.name}`;
  switch (stateOf(observed)) {
    case "running":
    case "idle":
      return [];
    case "starting":
      return [`${name} is starting`];
    case "restoring":
      return [`${name} is restoring its state`];
    // The code alone: a message may name what only this machine should know.
    case "reopening":
      return [`${name} opens again after ${task.code ?? "an error"}`];
    case "closed":
      return [`${name} is closed`];
    case "stalled": {
      const left = lag === undefined ? "" : `, and ${lag} records are left to read`;
      return [`${name} has not got on for ${Math.round(task.quietMs / 1000)} s${left}`];
    }
  }
}
