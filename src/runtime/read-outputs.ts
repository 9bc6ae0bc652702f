import { curatedTopics, type Pipeline, sideTopics } from "../core/pipeline.ts";
import { plannedTopics } from "../core/plan.ts";
import { headers, type Log, type StoredMessage } from "../log/log.ts";
import type { PlanEntry } from "./read-plans.ts";

export type OutputKind = "curated" | "rejected" | "quarantined";

/** What a pipeline made of one of its inputs. */
export interface PipelineOutput {
  readonly kind: OutputKind;
  /** `topic/partition/offset` of the input. */
  readonly source: string;
  readonly message: StoredMessage;
}

/** All outputs of a pipeline that are retained, also those that earlier plans sent to other topics. */
export async function* readOutputs(
  log: Log,
  pipeline: Pipeline,
  plans: readonly PlanEntry[],
  kinds: readonly OutputKind[] = ["curated", "rejected", "quarantined"],
): AsyncIterable<PipelineOutput> {
  const { rejected, quarantine } = sideTopics(pipeline.name);
  const topics = {
    curated: allCuratedTopics(pipeline, plans),
    rejected: [rejected],
    quarantined: [quarantine],
  };
  for (const kind of kinds)
    for (const topic of topics[kind])
      for await (const message of log.scan(topic)) {
        const source = message.headers[headers.source];
        if (message.headers[headers.pipeline] !== pipeline.name || source === undefined) continue;
        yield { kind, source, message };
      }
}

/** The topics curated records go to, and those they went to under earlier plans. */
function allCuratedTopics(pipeline: Pipeline, plans: readonly PlanEntry[]): readonly string[] {
  const earlier = plans.flatMap(({ definition }) => plannedTopics(definition));
  return [...new Set([...curatedTopics(pipeline), ...earlier])];
}
