import type { Pipeline } from "../core/pipeline.ts";
import type { Stage } from "../core/stage.ts";
import {
  type Destination,
  type DestinationPaths,
  destinationPaths,
  readRoutes,
  routeFindings,
} from "./check-routes.ts";
import { checkSamplers } from "./check-samplers.ts";
import { checkStage, type PluginSources, sourceKeyOf } from "./check-stage.ts";
import { isMapping, memberOf } from "./mapping.ts";
import type { Path } from "./path.ts";
import type { Finding } from "./problem.ts";
import type { ProblemList } from "./problem-list.ts";
import { stageIdFindings } from "./stage-ids.ts";
import { type PipelineEnds, topologyFindings } from "./topology.ts";

/**
 * Loads the plugins of all pipelines, samplers among them, and checks what the schema cannot say. Goes on past mistakes, so that all are found
 * at once; what it gives is complete only when there are none.
 */
export async function checkPipelines(
  data: unknown,
  problems: ProblemList,
  sources: PluginSources,
): Promise<readonly Pipeline[]> {
  const section = memberOf(data, "pipelines");
  const samplers = checkSamplers(data, problems, sources.builtins, sources.models);
  const ends: PipelineEnds[] = samplers.map(({ name, from, to }) => ({
    name,
    from,
    to,
    fromPath: () => ["samplers", name],
    toPath: () => ["samplers", name, "to"],
  }));
  const pipelines: { readonly pipeline: Pipeline; readonly paths: DestinationPaths }[] = [];
  for (const [name, pipeline] of Object.entries(isMapping(section) ? section : {})) {
    const path = ["pipelines", name];
    const stages = await checkStages(memberOf(pipeline, "stages"), [...path, "stages"], problems, sources);
    const found = endsOf(pipeline, path, problems);
    if (found === undefined) continue;
    const { from, to } = found;
    const paths = destinationPaths(to, [...path, "to"]);
    const { routes, findings } = readRoutes(to, paths);
    problems.add(...findings);
    pipelines.push({ pipeline: { name, from, to: routes, stages }, paths });
    ends.push({ name, from, to: routes, fromPath: found.fromPath, toPath: paths.topic });
  }
  problems.add(...topologyFindings(ends));
  const all = [...samplers, ...pipelines.map(({ pipeline }) => pipeline)];
  for (const { pipeline, paths } of pipelines) problems.add(...routeFindings(pipeline, all, paths));
  return all;
}

/** Undefined when `from` or `to` is missing or has not passed the schema. */
function endsOf(
  pipeline: unknown,
  path: Path,
  problems: ProblemList,
): (Pick<PipelineEnds, "from" | "fromPath"> & { readonly to: Destination }) | undefined {
  const from = memberOf(pipeline, "from");
  const to = memberOf(pipeline, "to");
  const isClean = problems.isClean([...path, "from"]) && problems.isClean([...path, "to"]);
  if (!isClean || to === undefined || from === undefined) return undefined;
  return {
    from: typeof from === "string" ? [from] : (from as readonly string[]),
    to: to as Destination,
    fromPath: (index) => (typeof from === "string" ? [...path, "from"] : [...path, "from", index]),
  };
}

async function checkStages(
  list: unknown,
  path: Path,
  problems: ProblemList,
  sources: PluginSources,
): Promise<readonly Stage[]> {
  if (!Array.isArray(list)) return [];
  if (list.length === 0) problems.add(noStages(path));
  const stages: { readonly stage: Stage; readonly idPath: Path }[] = [];
  for (const [index, given] of list.entries()) {
    const stagePath = [...path, index];
    const stage = await checkStage(given, stagePath, problems, sources);
    if (stage === undefined) continue;
    const isNamed = memberOf(given, "id") !== undefined;
    stages.push({ stage, idPath: [...stagePath, isNamed ? "id" : sourceKeyOf(given)] });
  }
  problems.add(...stageIdFindings(stages.map(({ stage, idPath }) => ({ id: stage.id, path: idPath }))));
  return stages.map(({ stage }) => stage);
}

function noStages(path: Path): Finding {
  return {
    path,
    at: "value",
    message: "there are no stages: every record that can be read is curated",
    severity: "warning",
  };
}
