import { type Pipeline, sideTopics } from "../core/pipeline.ts";
import type { Plan } from "../core/plan.ts";
import type { Position } from "../core/position.ts";
import { headers, type Log } from "../log/log.ts";

/** A plan of a pipeline, and from which positions on it was in force. */
export interface PlanEntry {
  /** sha256 of the definition. */
  readonly plan: string;
  /** `topic/partition` → offset, in decimal; from the first record on where none is named. */
  readonly since: { readonly [topicPartition: string]: string };
  readonly definition: Plan;
}

/** All plans a pipeline has had, the oldest first. */
export async function readPlans(log: Log, pipeline: Pipeline): Promise<readonly PlanEntry[]> {
  const entries: PlanEntry[] = [];
  for await (const message of log.scan(sideTopics(pipeline.name).plans))
    if (message.headers[headers.pipeline] === pipeline.name)
      entries.push(JSON.parse(Buffer.from(message.value).toString()) as PlanEntry);
  return entries;
}

/** The plan under which a record was read. */
export function planAt(plans: readonly PlanEntry[], position: Position): PlanEntry | undefined {
  const key = `${position.topic}/${position.partition}`;
  return plans.findLast(({ since }) => BigInt(since[key] ?? 0) <= position.offset);
}
