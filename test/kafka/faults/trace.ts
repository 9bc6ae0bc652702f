import { appendFileSync, existsSync, readFileSync } from "node:fs";
import { setTimeout } from "node:timers/promises";
import type { TaskId } from "../../../src/log/log.ts";

/** What a child did, one line of JSON each. */
export interface TraceEvent {
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly member: string;
  readonly event: "opened" | "committed" | "refused" | "closed" | "signalled" | "journaled";
  /** `pipeline/segment/partition`; empty where a fault is not of a task. */
  readonly task: string;
  /** Number of the commit; of the last one, when a task is opened; 0 when the process has signalled itself. */
  readonly commit: number;
  /** Name of the paid answer that is journaled by now. */
  readonly answer?: string;
  /** Why a commit was refused. */
  readonly code?: string;
}

/** The trace that all children of a trial write to. */
export class Trace {
  readonly file: string;

  constructor(file: string) {
    this.file = file;
  }

  add(event: TraceEvent): void {
    appendFileSync(this.file, `${JSON.stringify(event)}\n`);
  }

  get events(): readonly TraceEvent[] {
    if (!existsSync(this.file)) return [];
    const lines = readFileSync(this.file, "utf8").split("\n");
    // The last line may be half written.
    return lines.slice(0, -1).map((line) => JSON.parse(line) as TraceEvent);
  }

  /** The first event from `since` on that is wanted, or the `nth`, waited for. Throws when it does not come in time. */
  async first(
    what: string,
    wanted: (event: TraceEvent) => boolean,
    {
      since = 0,
      nth = 1,
      withinMs = 120_000,
    }: { readonly since?: number; readonly nth?: number; readonly withinMs?: number } = {},
  ): Promise<TraceEvent> {
    const deadline = Date.now() + withinMs;
    for (;;) {
      const found = this.events.filter((event) => event.at >= since && wanted(event))[nth - 1];
      if (found !== undefined) return found;
      if (Date.now() > deadline) throw new Error(`${what} did not happen within ${withinMs} ms`);
      await setTimeout(20);
    }
  }
}

export function taskPath({ segment, partition }: TaskId): string {
  return `${segment.pipeline}/${segment.name}/${partition}`;
}

/** `pipeline/segment` of a task. */
export function segmentPath(task: string): string {
  return task.slice(0, task.lastIndexOf("/"));
}
