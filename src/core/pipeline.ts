import type { Stage } from "./stage.ts";

/** A pipeline as it runs: sources, stages, the topic curated records go to. */
export interface Pipeline {
  readonly name: string;
  readonly from: readonly string[];
  readonly to: string;
  readonly stages: readonly Stage[];
}

/** The topics every pipeline writes besides its curated one. */
export function outputTopics(pipeline: Pick<Pipeline, "name" | "to">) {
  return {
    curated: pipeline.to,
    rejected: `${pipeline.name}.rejected`,
    quarantine: `${pipeline.name}.quarantine`,
    plans: `${pipeline.name}.plans`,
  } as const;
}
