import { type Pipeline, recordTopics } from "../core/pipeline.ts";
import { ticketTopic } from "../core/sampler.ts";
import type { Stage } from "../core/stage.ts";
import { stageOptions } from "./check-stage.ts";
import { didYouMean } from "./did-you-mean.ts";
import { isMapping, memberOf } from "./mapping.ts";
import { unknownModel } from "./model-findings.ts";
import type { Path } from "./path.ts";
import type { Finding } from "./problem.ts";
import type { ProblemList } from "./problem-list.ts";
import type { Builtins } from "./resolve-plugin.ts";
import { sampleKeys } from "./sampler-schema.ts";
import type { RawSampler } from "./schema.ts";
import { validateStageConfig } from "./validate-stage-config.ts";

/** A sampler as the pipeline it is: from its tickets, through the stage `sample`, to its topic. */
export function checkSamplers(
  data: unknown,
  problems: ProblemList,
  builtins: Builtins,
  models: readonly string[],
): readonly Pipeline[] {
  const section = memberOf(data, "samplers");
  return Object.entries(isMapping(section) ? section : {}).flatMap(([name, given]) => {
    const path = ["samplers", name];
    if (!problems.isClean(path)) return [];
    const sampler = given as RawSampler;
    if (!models.includes(sampler.model))
      problems.add(unknownModel(sampler.model, [...path, "model"], models));
    if (memberOf(memberOf(data, "pipelines"), name) !== undefined) problems.add(sameName(name, path));
    const stage = sampleStage(sampler, builtins);
    return [{ name, from: [ticketTopic(name)], to: [{ topic: sampler.to }], stages: [stage] }];
  });
}

function sampleStage(sampler: RawSampler, builtins: Builtins): Stage {
  const { plugin, url } = builtins.get("sample")!;
  const given = {
    ...Object.fromEntries(sampleKeys.map((key) => [key, sampler[key]])),
    ...(sampler.temperature === undefined ? {} : { temperature: [sampler.temperature].flat() }),
    ...(sampler.topP === undefined ? {} : { topP: [sampler.topP].flat() }),
    ...(sampler.variants === undefined ? {} : { variants: sampler.variants }),
  };
  const checked = validateStageConfig(plugin, given);
  if ("problems" in checked) throw new TypeError(`the stage of a sampler: ${checked.problems[0]?.message}`);
  return {
    id: "sample",
    plugin,
    origin: { kind: "builtin", name: "sample", url },
    config: checked.config,
    options: stageOptions({ concurrency: sampler.concurrency }, plugin),
  };
}

function sameName(name: string, path: Path): Finding {
  const message = `a pipeline is called ${JSON.stringify(name)} too`;
  return { path, at: "key", message, hint: "a sampler is a pipeline: give one of them another name" };
}

/** What of a `target` the schema cannot say. */
export function targetFindings(
  samplers: { readonly [name: string]: RawSampler },
  pipelines: readonly Pipeline[],
): readonly Finding[] {
  return Object.entries(samplers).flatMap(([name, { target }]): readonly Finding[] => {
    const path = ["samplers", name, "target"];
    if (target === "unlimited") return [];
    const { accepted, in: topic, maxSampled, maxTokens } = target;
    if ((accepted === undefined) !== (topic === undefined))
      return [{ path, at: "value", message: "`accepted` and `in` belong together" }];
    if (accepted === undefined && maxSampled === undefined && maxTokens === undefined)
      return [
        { path, at: "value", message: "there is no limit", hint: 'write "unlimited" if that is meant' },
      ];
    if (topic === undefined || acceptingPipeline(topic, pipelines) !== undefined) return [];
    const known = pipelines.filter(({ to }) => to.length === 1).map(({ to }) => to[0]!.topic);
    const elsewhere = pipelines.some((pipeline) => recordTopics(pipeline).includes(topic));
    const message = elsewhere
      ? `the topic ${JSON.stringify(topic)} does not hold all that a pipeline curates`
      : `no pipeline writes the topic ${JSON.stringify(topic)}`;
    const hint = didYouMean(topic, known) ?? `there are: ${known.join(", ")}`;
    return [{ path: [...path, "in"], at: "value", message, hint }];
  });
}

/** The pipeline whose curated records are all in the topic. */
export function acceptingPipeline(topic: string, pipelines: readonly Pipeline[]): Pipeline | undefined {
  return pipelines.find(({ to }) => to.length === 1 && to[0]!.topic === topic && to[0]!.when === undefined);
}
