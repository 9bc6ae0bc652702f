import { canonicalJson } from "./json.ts";
import type { Pipeline } from "./pipeline.ts";
import { isExternal } from "./plugin.ts";
import type { Route } from "./route.ts";
import { sha256Hex } from "./sha256.ts";
import type { Stage } from "./stage.ts";

/** What determines a pipeline's results: written once to `X.plans`, its hash stands in every record. */
export interface Plan {
  readonly pipeline: string;
  readonly from: readonly string[];
  /** The topic of all curated records, or the topics of those that meet a condition. */
  readonly to: string | readonly PlannedRoute[];
  readonly stages: readonly PlannedStage[];
}

interface PlannedRoute {
  readonly topic: string;
  readonly when?: string;
}

interface PlannedStage {
  readonly id: string;
  readonly plugin: string;
  readonly version: string;
  /** sha256 of a local plugin's file, or of the files that a program's command names. */
  readonly sha256?: string;
  /** The command of a plugin that is a program. */
  readonly exec?: readonly string[];
  readonly with: Stage["config"];
  /** What shapes the answers of the models it asks for, their prompts included. */
  readonly models?: Stage["models"];
}

export function planOf(pipeline: Pipeline): Plan {
  return {
    pipeline: pipeline.name,
    from: pipeline.from,
    to: plannedRoutes(pipeline.to),
    stages: pipeline.stages.map((stage) => ({
      id: stage.id,
      plugin: stage.plugin.meta.name,
      version: stage.plugin.meta.version,
      ...sourceOf(stage),
      with: stage.config,
      ...(stage.models === undefined ? {} : { models: stage.models }),
    })),
  };
}

function plannedRoutes(routes: readonly Route[]): Plan["to"] {
  const [only] = routes;
  if (routes.length === 1 && only?.when === undefined) return only!.topic;
  return routes.map(({ topic, when }) => ({ topic, ...(when === undefined ? {} : { when: when.text }) }));
}

/** The topics that curated records went to under a plan. */
export function plannedTopics({ to }: Pick<Plan, "to">): readonly string[] {
  return typeof to === "string" ? [to] : to.map((route) => route.topic);
}

export function planHash(plan: Plan): string {
  return sha256Hex(canonicalJson(plan));
}

/** Fingerprints of what shapes the state of each stateful stage, by stage id. */
export function fingerprintsOf(pipeline: Pipeline): { readonly [stage: string]: string } {
  const fingerprints: Record<string, string> = {};
  for (const stage of pipeline.stages) {
    if (stage.plugin.kind !== "stateful") continue;
    fingerprints[stage.id] = sha256Hex(
      canonicalJson({
        plugin: stage.plugin.meta.name,
        version: stage.plugin.meta.version,
        ...sourceOf(stage),
        shapes: stage.plugin.fingerprint(stage.config),
      }),
    );
  }
  return fingerprints;
}

function sourceOf({ plugin, origin }: Stage): Pick<PlannedStage, "sha256" | "exec"> {
  if (!isExternal(plugin)) return origin.kind === "file" ? { sha256: origin.sha256 } : {};
  const { command, sha256 } = plugin.program;
  return { ...(sha256 === undefined ? {} : { sha256 }), exec: command };
}
