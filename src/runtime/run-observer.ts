import type { Checkpoint } from "../core/checkpoint.ts";
import type { Credit, Output, Segment, TaskId } from "../log/log.ts";
import type { QuarantinedItem } from "./finish.ts";
import type { AnswerSource } from "./once.ts";

/**
 * Is told what a run does, as it does it. A commit, a call with a batch and a question to a model are the smallest things it is told
 * of, never a single record. Its functions are quick and throw nothing.
 */
export interface RunObserver {
  /** These tasks of a segment run here from now on; former ones are given up. Told before `task` is asked for one of them. */
  assigned(segment: Segment, tasks: readonly TaskId[]): void;
  task(task: TaskId): TaskObserver;
}

/** Follows a task as long as it is assigned here: it may be opened several times. */
export interface TaskObserver {
  /** Older owners are fenced, the state is restored, stages are set up. */
  opening(): void;
  opened(task: ObservedTask): void;
  /** A read found nothing more. */
  caughtUp(): void;
  committing(commit: ObservedCommit): void;
  /** The commit that was told of last is durable. */
  committed(): void;
  closed(): void;
  /** It was closed after an error that may pass, and opens again after a while. */
  reopening(error: unknown): void;
  stage(id: string): StageObserver;
}

export interface StageObserver {
  /** A call with a batch begins. What is given back is called when it has ended, with the error of one that failed. */
  calling(): (error?: unknown) => void;
  /** A call that failed will be made again. */
  retrying(): void;
  /** A question to a model has its answer. */
  answered(source: AnswerSource): void;
}

/** An open task, as it stands whenever it is looked at. */
export interface ObservedTask {
  readonly checkpoint: Checkpoint;
  /** Read and not yet committed. */
  readonly inFlight: Credit;
}

export interface ObservedCommit {
  readonly checkpoint: Checkpoint;
  /** What was read since the commit before. */
  readonly read: Credit;
  readonly outputs: readonly Output[];
  /** Records among those read that could not be judged. */
  readonly quarantined: readonly QuarantinedItem[];
  /** Bytes of the records among those read that a stage dropped, by index of the stage; the last is the routes'. */
  readonly droppedBytes: Float64Array;
}
