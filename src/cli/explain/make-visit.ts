import type { QuarantineEntry, RejectedRecord } from "../../core/outcome.ts";
import type { Plan } from "../../core/plan.ts";
import { formatPosition, parsePosition } from "../../core/position.ts";
import type { MagpieRecord } from "../../core/record.ts";
import type { PipelineOutput } from "../../runtime/read-outputs.ts";
import { type PlanEntry, planAt } from "../../runtime/read-plans.ts";
import type { StagePassage, Visit } from "./record-path.ts";

/** What an output tells of the pipeline that wrote it. */
export function makeVisit(
  pipeline: string,
  { kind, source, message }: PipelineOutput,
  plans: readonly PlanEntry[],
  replayOf: string | undefined,
): Visit {
  const value: unknown = JSON.parse(Buffer.from(message.value).toString());
  const quarantine = kind === "quarantined" ? (value as QuarantineEntry) : undefined;
  const { verdict, ...record } = quarantine === undefined ? (value as Partial<RejectedRecord>) : {};
  const entry = plans.find(({ plan }) => plan === record.plan) ?? planAt(plans, parsePosition(source)!);
  const plan = record.plan ?? entry?.plan;
  const judged = quarantine === undefined ? (record as MagpieRecord) : undefined;
  return {
    pipeline,
    read: source,
    ...(replayOf === undefined ? {} : { replayOf }),
    outcome: kind,
    wrote: [formatPosition(message.position)],
    ...(plan === undefined ? {} : { plan }),
    stages: passages(entry?.definition.stages ?? [], verdict ?? quarantine, kind, judged),
    ...(verdict === undefined ? {} : { verdict }),
    holders: [],
    ...(quarantine === undefined ? {} : { quarantine }),
    ...(judged === undefined ? {} : { record: judged }),
  };
}

interface Ending {
  readonly stage: string;
  readonly plugin: string;
}

/** The plan's stages, and the step that ended the record where it is none of them, such as `read`, in its place. */
function passages(
  stages: Plan["stages"],
  ending: Ending | undefined,
  kind: PipelineOutput["kind"],
  record: MagpieRecord | undefined,
): readonly StagePassage[] {
  const index = stages.findIndex(({ id }) => id === ending?.stage);
  const passed = index !== -1 ? index : ending?.stage === "read" ? 0 : stages.length;
  const ended = kind === "quarantined" ? "quarantined" : "dropped";
  const all = stages.map(({ id, plugin, version, with: settings }, i): StagePassage => {
    // Those of a stage that was not reached are of an earlier pipeline's stage with the same id.
    const measures = i < passed || i === index ? record?.measures[id] : undefined;
    return {
      id,
      plugin: `${plugin}@${version}`,
      outcome: i < passed ? "kept" : i === index ? ended : "not reached",
      settings,
      ...(measures === undefined ? {} : { measures }),
    };
  });
  if (ending === undefined || index !== -1) return all;
  const step: StagePassage = { id: ending.stage, plugin: ending.plugin, outcome: ended, settings: {} };
  return all.toSpliced(passed, 0, step);
}
