import type { JsonObject } from "../core/json.ts";
import type { Pipeline } from "../core/pipeline.ts";
import { planHash, planOf } from "../core/plan.ts";
import type { Forecast } from "../core/plugin.ts";
import type { StageOptions } from "../core/stage.ts";
import type { Log } from "../log/log.ts";
import { type PlanEdit, readPlanEdit } from "../runtime/plan-edit.ts";
import { readStateSummaries } from "../runtime/state-summaries.ts";

export interface StagePlan {
  readonly id: string;
  /** `name@version`. */
  readonly plugin: string;
  readonly kind: "transform" | "filter" | "stateful";
  readonly options: StageOptions;
  readonly forecast?: Forecast;
  /** What the committed state holds. */
  readonly state?: JsonObject;
}

/** A pipeline as it would run. */
export interface PipelinePlan {
  readonly pipeline: string;
  readonly plan: string;
  readonly from: readonly string[];
  readonly to: readonly { readonly topic: string; readonly when?: string }[];
  readonly stages: readonly StagePlan[];
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
        kind: plugin.kind,
        options,
        ...(forecast === undefined ? {} : { forecast }),
        ...(state === undefined ? {} : { state }),
      };
    }),
    edit: await readPlanEdit(log, pipeline),
  };
}
