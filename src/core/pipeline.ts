import { mayLeaveUnrouted, type Route, routeStage } from "./route.ts";
import type { Stage } from "./stage.ts";

/** A pipeline as it runs: sources, stages, where curated records go. */
export interface Pipeline {
  readonly name: string;
  readonly from: readonly string[];
  /** One at least; a record goes to every topic whose condition it meets. */
  readonly to: readonly Route[];
  readonly stages: readonly Stage[];
}

/** The topics every pipeline writes besides its curated ones. */
export function sideTopics(pipeline: string) {
  return {
    rejected: `${pipeline}.rejected`,
    quarantine: `${pipeline}.quarantine`,
    plans: `${pipeline}.plans`,
  } as const;
}

/** The topics that curated records go to. */
export function curatedTopics({ to }: Pick<Pipeline, "to">): readonly string[] {
  return to.map((route) => route.topic);
}

/** The topics with records among those that a pipeline writes. */
export function recordTopics(pipeline: Pick<Pipeline, "name" | "to">): readonly string[] {
  return [...curatedTopics(pipeline), sideTopics(pipeline.name).rejected];
}

/** All topics that a pipeline writes. */
export function outputTopics(pipeline: Pick<Pipeline, "name" | "to">): readonly string[] {
  return [...curatedTopics(pipeline), ...Object.values(sideTopics(pipeline.name))];
}

/** Ids under which the ledger counts: those of the stages, and `route` where a record may be taken by no route. */
export function ledgerStages(pipeline: Pick<Pipeline, "stages" | "to">): readonly string[] {
  const ids = pipeline.stages.map((stage) => stage.id);
  return mayLeaveUnrouted(pipeline.to) ? [...ids, routeStage] : ids;
}
