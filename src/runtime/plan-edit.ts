import { canonicalJson, type Json } from "../core/json.ts";
import type { Pipeline } from "../core/pipeline.ts";
import { fingerprintsOf, type Plan, planHash, planOf } from "../core/plan.ts";
import type { Log } from "../log/log.ts";
import { changedFingerprints } from "./checkpoints.ts";
import { readPlans } from "./read-plans.ts";

/** One setting that is not what it was: `undefined` where there was, or is, none. */
export interface Change {
  /** Such as `near.threshold`, `near (stage)` or `to`. */
  readonly setting: string;
  readonly from?: Json;
  readonly to?: Json;
}

/** What a configuration does to a pipeline that may have run before. */
export type PlanEdit =
  /** It never ran: it starts at the oldest records of its sources. */
  | { readonly kind: "new" }
  | { readonly kind: "unchanged"; readonly commit: number }
  /** In force from the next commit on; the state stays. */
  | { readonly kind: "new plan"; readonly commit: number; readonly changes: readonly Change[] }
  /** `run` refuses it: the state of these stages was built differently. */
  | {
      readonly kind: "refused";
      readonly commit: number;
      readonly changes: readonly Change[];
      readonly stages: readonly string[];
    };

/** Compares a pipeline with the plan under which it last committed. */
export async function readPlanEdit(log: Log, pipeline: Pipeline): Promise<PlanEdit> {
  const checkpoints = await log.checkpoints(pipeline.name);
  const [last] = checkpoints;
  if (last === undefined) return { kind: "new" };
  const plan = planOf(pipeline);
  const commit = checkpoints.reduce((sum, checkpoint) => sum + checkpoint.commit, 0);
  const fingerprints = fingerprintsOf(pipeline);
  const stages = checkpoints.flatMap((checkpoint) => changedFingerprints(fingerprints, checkpoint));
  const isSame = checkpoints.every((checkpoint) => checkpoint.plan === planHash(plan));
  if (isSame && stages.length === 0) return { kind: "unchanged", commit };
  // Undefined when retention has removed it.
  const before = (await readPlans(log, pipeline)).findLast((entry) => entry.plan === last.plan);
  const changes = changesBetween(before?.definition, plan);
  return stages.length === 0
    ? { kind: "new plan", commit, changes }
    : { kind: "refused", commit, changes, stages };
}

function changesBetween(before: Plan | undefined, after: Plan): readonly Change[] {
  if (before === undefined) return [];
  return differences(settingsOf(before), settingsOf(after));
}

/** A plan as settings with dotted names, so that what differs can be named. */
function settingsOf(plan: Plan): ReadonlyMap<string, Json> {
  const settings = new Map<string, Json>([
    ["from", plan.from],
    ["to", plan.to as Json],
    ["order of stages", plan.stages.map((stage) => stage.id)],
  ]);
  for (const { id, plugin, version, sha256, with: given } of plan.stages) {
    settings.set(
      `${id} (plugin)`,
      `${plugin}@${version}${sha256 === undefined ? "" : ` ${sha256.slice(0, 12)}`}`,
    );
    flatten(id, given, settings);
  }
  return settings;
}

function flatten(name: string, value: Json, into: Map<string, Json>): void {
  if (value === null || typeof value !== "object" || Array.isArray(value)) into.set(name, value);
  else for (const [key, member] of Object.entries(value)) flatten(`${name}.${key}`, member, into);
}

function differences(before: ReadonlyMap<string, Json>, after: ReadonlyMap<string, Json>): readonly Change[] {
  const names = new Set([...before.keys(), ...after.keys()]);
  return [...names].flatMap((setting): Change[] => {
    const [from, to] = [before.get(setting), after.get(setting)];
    if (from !== undefined && to !== undefined && canonicalJson(from) === canonicalJson(to)) return [];
    return [{ setting, ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to }) }];
  });
}
