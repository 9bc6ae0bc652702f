import type { JsonObject } from "../core/json.ts";
import { curatedTopics, type Pipeline } from "../core/pipeline.ts";
import { planHash, planOf } from "../core/plan.ts";
import { type Forecast, isExternal, roleOf } from "../core/plugin.ts";
import { type PipelineSegment, segmentsOf } from "../core/segments.ts";
import type { StageOptions } from "../core/stage-options.ts";
import type { Log } from "../log/log.ts";
import { type PlanEdit, readPlanEdit } from "../runtime/plan-edit.ts";
import { readStateSummaries } from "../runtime/state-summaries.ts";

type CommonOptions = Omit<StageOptions, "startTimeoutMs" | "maxMemoryBytes">;

export interface StagePlan {
  readonly id: string;
  /** `name@version`. */
  readonly plugin: string;
  readonly kind: "transform" | "filter" | "stateful";
  /** Those that mean something to this stage. */
  readonly options: CommonOptions & Partial<StageOptions>;
  readonly forecast?: Forecast;
  /** What the committed state holds. */
  readonly state?: JsonObject;
}

export interface SegmentPlan {
  readonly name: string;
  readonly kind: PipelineSegment["kind"];
  readonly reads: readonly string[];
  /** Tasks that run it: as many as its sources have partitions. */
  readonly tasks: number;
  readonly stages: readonly string[];
  /** Stateful stages of the next segment, whose costly part is done here. */
  readonly prepares: readonly string[];
  readonly writes: readonly string[];
}

/** A pipeline as it would run. */
export interface PipelinePlan {
  readonly pipeline: string;
  readonly plan: string;
  readonly from: readonly string[];
  readonly to: readonly { readonly topic: string; readonly when?: string }[];
  readonly stages: readonly StagePlan[];
  /** How it is cut, in order: one segment where one task runs all of it. */
  readonly segments: readonly SegmentPlan[];
  readonly edit: PlanEdit;
}

export async function readPipelinePlan(log: Log, pipeline: Pipeline): Promise<PipelinePlan> {
  const states = await readStateSummaries(log, pipeline);
  return {
    pipeline: pipeline.name,
    plan: planHash(planOf(pipeline)),
    from: pipeline.from,
    to: pipeline.to.map(({ topic, when }) => ({ topic, ...(when === undefined ? {} : { when: when.text }) })),
    stages: pipeline.stages.map(({ id, plugin, options, config }) => {
      const forecast = plugin.kind === "stateful" ? plugin.forecast?.(config) : undefined;
      const state = states.get(id);
      return {
        id,
        plugin: `${plugin.meta.name}@${plugin.meta.version}`,
        kind: roleOf(plugin),
        options: isExternal(plugin) ? options : withoutProgramOptions(options),
        ...(forecast === undefined ? {} : { forecast }),
        ...(state === undefined ? {} : { state }),
      };
    }),
    segments: await segmentPlans(log, pipeline),
    edit: await readPlanEdit(log, pipeline),
  };
}

function withoutProgramOptions({
  startTimeoutMs: _,
  maxMemoryBytes: __,
  ...options
}: StageOptions): CommonOptions {
  return options;
}

async function segmentPlans(log: Log, pipeline: Pipeline): Promise<readonly SegmentPlan[]> {
  const ids = pipeline.stages.map(({ id }) => id);
  return Promise.all(
    segmentsOf(pipeline, log.segments?.prefix).map(
      async ({ name, kind, sources, first, end, prepares, into }) => ({
        name,
        kind,
        reads: sources,
        tasks: kind === "parallel" ? await mostPartitions(log, sources) : 1,
        stages: ids.slice(first, end),
        prepares: ids.slice(end, prepares),
        writes: into === undefined ? curatedTopics(pipeline) : [into.name],
      }),
    ),
  );
}

async function mostPartitions(log: Log, topics: readonly string[]): Promise<number> {
  const infos = await Promise.all(topics.map((topic) => log.topics.get(topic)));
  return Math.max(1, ...infos.map((info) => info?.partitions ?? 1));
}
