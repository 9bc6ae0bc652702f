import { isDeepStrictEqual } from "node:util";
import type { Checkpoint } from "../core/checkpoint.ts";
import { MagpieError } from "../core/errors.ts";
import { getOrCreate } from "../core/get-or-create.ts";
import type { Pipeline } from "../core/pipeline.ts";
import { routeStage } from "../core/route.ts";
import type { PipelineSegment } from "../core/segments.ts";
import type { Credit, TaskId } from "../log/log.ts";
import type { ObservedCommit, ObservedTask, TaskObserver } from "../runtime/run-observer.ts";
import type { MonitorDeps } from "./monitor-deps.ts";
import { StageMonitor } from "./stage-monitor.ts";

/** What a task is doing; `starting`: it is assigned here, and nothing was done for it yet. */
export type TaskPhase = "starting" | "restoring" | "running" | "reopening" | "closed";

/** A segment with the pipeline it is a part of. */
export interface PlannedSegment {
  readonly pipeline: Pipeline;
  readonly segment: PipelineSegment;
}

/** Stage of what the reader could not make a record of, as `ledger` and quarantine name it. */
const readStage = "read";

/** For so many milliseconds after a read found nothing more, nothing more is taken to be there. */
const caughtUpMs = 5_000;

/** Follows one task: what it is doing, how far it has come, and when it last got on. */
export class TaskMonitor implements TaskObserver {
  readonly id: TaskId;
  readonly pipeline: Pipeline;
  readonly segment: PipelineSegment;
  readonly #deps: MonitorDeps;
  readonly #stages = new Map<string, StageMonitor>();
  #phase: TaskPhase = "starting";
  /** Of the error it opens again after. */
  #code: string | undefined;
  #open: ObservedTask | undefined;
  #checkpoint: Checkpoint | undefined;
  /** Told to be made, and not yet known to be durable. */
  #commit: ObservedCommit | undefined;
  #beganAt = 0;
  #progressAt: number;
  #caughtUpAt = Number.NEGATIVE_INFINITY;

  constructor(id: TaskId, { pipeline, segment }: PlannedSegment, deps: MonitorDeps) {
    this.id = id;
    this.pipeline = pipeline;
    this.segment = segment;
    this.#deps = deps;
    this.#progressAt = deps.clock();
    deps.metrics.add("magpie_read_bytes_total", { pipeline: pipeline.name }, 0);
  }

  /** Segment and partition: names the task within its pipeline. */
  get name(): string {
    return `${this.id.segment.name}/${this.id.partition}`;
  }

  get phase(): TaskPhase {
    return this.#phase;
  }

  get code(): string | undefined {
    return this.#code;
  }

  /** As of the last commit, also while the task is opened again; undefined before it was opened for the first time. */
  get checkpoint(): Checkpoint | undefined {
    return this.#open?.checkpoint ?? this.#checkpoint;
  }

  get inFlight(): Credit {
    return this.#open?.inFlight ?? { records: 0, bytes: 0 };
  }

  /** All that was read is committed, and a read found nothing more just now. */
  get isIdle(): boolean {
    const isCaughtUp = this.#deps.clock() - this.#caughtUpAt <= caughtUpMs;
    return this.#phase === "running" && isCaughtUp && this.inFlight.records === 0;
  }

  /** Milliseconds since it last got on: a commit, a call that was answered, a read that found nothing more. */
  get quietMs(): number {
    return this.#deps.clock() - this.#progressAt;
  }

  opening(): void {
    this.#phase = "restoring";
    this.#beganAt = this.#deps.clock();
  }

  opened(task: ObservedTask): void {
    this.#phase = "running";
    this.#code = undefined;
    this.#open = task;
    this.#deps.metrics.observe("magpie_restore_seconds", this.#labels, this.#deps.clock() - this.#beganAt);
    // The outcome of the last commit was not known: here it shows.
    if (this.#commit !== undefined && isDeepStrictEqual(this.#commit.checkpoint, task.checkpoint))
      this.#count();
    this.#commit = undefined;
    this.progress();
  }

  caughtUp(): void {
    this.#caughtUpAt = this.#deps.clock();
    this.progress();
  }

  committing(commit: ObservedCommit): void {
    this.#commit = commit;
    this.#beganAt = this.#deps.clock();
    // What is committed now was read after the last look for more.
    this.#caughtUpAt = Number.NEGATIVE_INFINITY;
  }

  committed(): void {
    this.#deps.metrics.observe("magpie_commit_seconds", this.#labels, this.#deps.clock() - this.#beganAt);
    this.#count();
    this.#commit = undefined;
    this.progress();
  }

  closed(): void {
    this.#checkpoint = this.checkpoint;
    this.#open = undefined;
    this.#phase = "closed";
  }

  reopening(error: unknown): void {
    this.#phase = "reopening";
    this.#code = error instanceof MagpieError ? error.code : undefined;
    const code = this.#code ?? "other";
    this.#deps.metrics.add("magpie_task_reopenings_total", { ...this.#labels, code });
  }

  stage(id: string): StageMonitor {
    const create = () => new StageMonitor(this.pipeline.name, id, this.#deps, () => this.progress());
    return getOrCreate(this.#stages, id, create);
  }

  progress(): void {
    this.#progressAt = this.#deps.clock();
  }

  get #labels(): { readonly pipeline: string } {
    return { pipeline: this.pipeline.name };
  }

  /** Counts what the commit carried that no checkpoint tells. */
  #count(): void {
    if (this.#commit === undefined) return;
    const { read, outputs, quarantined, droppedBytes } = this.#commit;
    const { metrics, codes } = this.#deps;
    metrics.add("magpie_read_bytes_total", this.#labels, read.bytes);
    const written = new Map<string, number>();
    for (const { topic, value } of outputs) written.set(topic, (written.get(topic) ?? 0) + value.byteLength);
    for (const [topic, bytes] of written)
      metrics.add("magpie_written_bytes_total", { ...this.#labels, topic }, bytes);
    for (const { stage, code, bytes } of quarantined) {
      const id = this.pipeline.stages[stage]?.id ?? readStage;
      const labels = { ...this.#labels, stage: id, code: codes.label(code) };
      metrics.add("magpie_quarantined_records_total", labels);
      metrics.add("magpie_quarantined_bytes_total", labels, bytes);
    }
    for (const [stage, bytes] of droppedBytes.entries()) {
      if (bytes === 0) continue;
      const id = this.pipeline.stages[stage]?.id ?? routeStage;
      metrics.add("magpie_dropped_bytes_total", { ...this.#labels, stage: id }, bytes);
    }
  }
}
