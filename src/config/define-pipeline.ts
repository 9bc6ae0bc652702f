import type { Static, TObject } from "typebox";
import { MagpieError } from "../core/errors.ts";
import { maxChunkRecords, maxTimerMs } from "../core/limits.ts";
import { curatedTopics, type Pipeline } from "../core/pipeline.ts";
import type {
  ExternalPlugin,
  FilterPlugin,
  Plugin,
  StatefulPlugin,
  TransformPlugin,
} from "../core/plugin.ts";
import type { Stage } from "../core/stage.ts";
import type { StageOptions } from "../core/stage-options.ts";
import { type Destination, destinationPaths, readRoutes, routeFindings } from "./check-routes.ts";
import { stageOptions } from "./check-stage.ts";
import { showValue } from "./expectation.ts";
import { isName, nameExpectation } from "./name.ts";
import type { Path } from "./path.ts";
import { type Finding, formatFinding } from "./problem.ts";
import { stageIdFindings } from "./stage-ids.ts";
import { topologyFindings } from "./topology.ts";
import { validateStageConfig } from "./validate-stage-config.ts";

/** What may be said about a stage besides its plugin's own configuration; defaults as in magpie.yaml. */
export interface StageSettings extends Partial<StageOptions> {
  /** Unique in its pipeline; the plugin's name by default. */
  readonly id?: string;
}

/** A pipeline as code describes it. */
export interface PipelineDefinition {
  readonly name: string;
  /** A topic or a list of topics. */
  readonly from: string | readonly string[];
  /** A topic, or topics with the conditions under which a record goes there (docs/configuration.md). */
  readonly to: Destination;
  /** Made with {@link stage}. */
  readonly stages: readonly Stage[];
}

/**
 * A plugin at work: checks `config` against the plugin's schema and fills in the defaults. A stage made from an object
 * cannot run in worker threads. Throws MGP_CONFIG_INVALID listing every mistake.
 */
export function stage<C extends TObject>(
  plugin: TransformPlugin<C> | FilterPlugin<C> | StatefulPlugin<C> | ExternalPlugin,
  config: Partial<Static<C>> = {},
  settings: StageSettings = {},
): Stage {
  const definition: Plugin = plugin;
  const id = settings.id ?? definition.meta.name;
  const checked = validateStageConfig(definition, config);
  const findings = [
    ...("problems" in checked ? checked.problems : []),
    ...nameFindings(["id"], id),
    ...settingFindings(settings),
  ];
  refuse(`stage ${JSON.stringify(id)}`, findings);
  if ("problems" in checked) throw new TypeError("refused above");
  return {
    id,
    plugin: definition,
    origin: { kind: "value" },
    config: checked.config,
    options: stageOptions(settings, definition),
  };
}

/** Puts stages between topics. Throws MGP_CONFIG_INVALID listing every mistake. */
export function definePipeline({ name, from, to, stages }: PipelineDefinition): Pipeline {
  const sources = typeof from === "string" ? [from] : [...from];
  const paths = destinationPaths(to, ["to"]);
  const { routes, findings } = readRoutes(to, paths);
  const pipeline: Pipeline = { name, from: sources, to: routes, stages };
  const ends = { ...pipeline, fromPath: (index: number) => ["from", index], toPath: paths.topic };
  refuse(`pipeline ${JSON.stringify(name)}`, [
    ...nameFindings(["name"], name),
    ...sources.flatMap((topic, index) => nameFindings(["from", index], topic)),
    ...(sources.length === 0 ? [finding(["from"], "expected a topic or a list of topics, got none")] : []),
    ...repeated(sources),
    ...curatedTopics(pipeline).flatMap((topic, index) => nameFindings(paths.topic(index), topic)),
    ...(routes.length === 0
      ? [finding(["to"], "expected a topic or a list of { topic, when }, got none")]
      : []),
    ...findings,
    ...routeFindings(pipeline, [pipeline], paths).filter(({ severity }) => severity === undefined),
    ...topologyFindings([ends]),
    ...stageIdFindings(stages.map(({ id }, index) => ({ id, path: ["stages", index, "id"] }))),
  ]);
  return pipeline;
}

function nameFindings(path: Path, name: string): readonly Finding[] {
  return isName(name) ? [] : [finding(path, `expected ${nameExpectation}, got ${showValue(name)}`)];
}

function repeated(sources: readonly string[]): readonly Finding[] {
  return sources.flatMap((topic, index) =>
    sources.indexOf(topic) === index ? [] : [finding(["from", index], `${showValue(topic)} is listed twice`)],
  );
}

const bounds: { readonly [setting in keyof Omit<StageSettings, "id">]-?: readonly [number, number] } = {
  batch: [1, maxChunkRecords],
  concurrency: [1, Number.MAX_SAFE_INTEGER],
  timeoutMs: [1, maxTimerMs],
  retries: [0, Number.MAX_SAFE_INTEGER],
  workers: [0, Number.MAX_SAFE_INTEGER],
  startTimeoutMs: [1, maxTimerMs],
  maxMemoryBytes: [1, Number.MAX_SAFE_INTEGER],
};

function settingFindings(settings: StageSettings): readonly Finding[] {
  return Object.entries(bounds).flatMap(([name, [least, most]]) => {
    const value = settings[name as keyof typeof bounds];
    if (value === undefined || (Number.isInteger(value) && value >= least && value <= most)) return [];
    return [finding([name], `expected a whole number from ${least} to ${most}, got ${showValue(value)}`)];
  });
}

function finding(path: Path, message: string): Finding {
  return { path, at: "value", message };
}

function refuse(what: string, findings: readonly Finding[]): void {
  if (findings.length === 0) return;
  const lines = findings.map((each) => `${what}: ${formatFinding(each)}`);
  throw new MagpieError("MGP_CONFIG_INVALID", lines.join("\n"));
}
