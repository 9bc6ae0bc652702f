import type { Pipeline } from "../core/pipeline.ts";
import { outputTopics } from "../core/pipeline.ts";
import type { Config } from "./config.ts";
import { didYouMean } from "./did-you-mean.ts";
import type { Expansion } from "./expand-env.ts";
import type { Path } from "./path.ts";
import type { Finding } from "./problem.ts";
import type { RawConfig } from "./schema.ts";

/** Warnings about a configuration that would run, but perhaps not as meant. */
export function adviceOn(
  config: Config,
  raw: RawConfig,
  source: { readonly expansions: readonly Expansion[]; readonly says: (path: Path) => boolean },
): readonly Finding[] {
  return [
    ...unusedTopics(config.pipelines, Object.keys(raw.topics ?? {})),
    ...lonelySources(config, raw),
    ...commitsBeyondWindow(config, source.says),
    ...variablesInPlans(source.expansions),
    ...(config.pipelines.length === 0 ? [noPipelines] : []),
  ];
}

const noPipelines: Finding = {
  path: ["pipelines"],
  at: "key",
  message: "there are no pipelines: `magpie run` has nothing to do",
  severity: "warning",
};

function unusedTopics(pipelines: readonly Pipeline[], configured: readonly string[]): readonly Finding[] {
  const used = new Set(pipelines.flatMap(topicsOf));
  if (used.size === 0) return [];
  return configured
    .filter((topic) => !used.has(topic))
    .map((topic) => ({
      path: ["topics", topic],
      at: "key" as const,
      message: "no pipeline reads or writes this topic",
      severity: "warning" as const,
      ...hintOf(didYouMean(topic, used)),
    }));
}

/** A source that nothing else names is fed by `magpie produce`, unless it is a slip of the pen. */
function lonelySources({ pipelines, samplers }: Config, raw: RawConfig): readonly Finding[] {
  const isSampler = ({ name }: Pipeline) => samplers.some((sampler) => sampler.name === name);
  return pipelines.flatMap((pipeline) => {
    if (isSampler(pipeline)) return [];
    const others = pipelines.filter((other) => other !== pipeline);
    const written = others.flatMap((other) => outputTopics(other));
    const known = new Set([...written, ...Object.keys(raw.topics ?? {})]);
    return pipeline.from.flatMap((topic, index): readonly Finding[] => {
      const meant = known.has(topic) ? undefined : didYouMean(topic, [...known].filter(isNotSibling(topic)));
      if (meant === undefined) return [];
      const isList = Array.isArray(raw.pipelines?.[pipeline.name]?.from);
      const path = ["pipelines", pipeline.name, "from", ...(isList ? [index] : [])];
      const message = `no pipeline writes the topic ${JSON.stringify(topic)} and \`topics\` does not list it`;
      return [{ path, at: "value", message, severity: "warning", hint: meant }];
    });
  });
}

/** `batch-1` is no slip of the pen for `batch-2`. */
function isNotSibling(topic: string): (other: string) => boolean {
  const lettersOf = (name: string) => name.replace(/\d+/g, "");
  return (other) => lettersOf(other) !== lettersOf(topic);
}

function commitsBeyondWindow({ commit, limits }: Config, says: (path: Path) => boolean): readonly Finding[] {
  const findings: Finding[] = [];
  const compare = (key: "records" | "bytes", limit: "windowRecords" | "windowBytes") => {
    if (commit[key] <= limits[limit]) return;
    const path = says(["commit", key]) ? ["commit", key] : ["limits", limit];
    const message = `the window (limits.${limit}: ${limits[limit]}) is smaller than a commit (commit.${key}: ${commit[key]})`;
    const hint = "commits are made when half of the window is full";
    findings.push({ path, at: "value", message, hint, severity: "warning" });
  };
  compare("records", "windowRecords");
  compare("bytes", "windowBytes");
  return findings;
}

function variablesInPlans(expansions: readonly Expansion[]): readonly Finding[] {
  return expansions
    .filter(({ path }) => isInPlan(path))
    .map(({ path, name }) => ({
      path,
      at: "value" as const,
      message: `the value of ${name} becomes part of the plan, which is stored and shown`,
      hint: "do not put a secret here",
      severity: "warning" as const,
    }));
}

function isInPlan(path: Path): boolean {
  return (path[0] === "pipelines" && path[4] === "with") || path[0] === "samplers";
}

function topicsOf(pipeline: Pipeline): readonly string[] {
  return [...pipeline.from, ...outputTopics(pipeline)];
}

function hintOf(hint: string | undefined): { readonly hint?: string } {
  return hint === undefined ? {} : { hint };
}
