import type { JsonObject } from "../core/json.ts";
import type { Plugin } from "../core/plugin.ts";
import type { Stage } from "../core/stage.ts";
import { defaultStageOptions, type StageOptions } from "../core/stage-options.ts";
import { memberOf } from "./mapping.ts";
import { unknownModel } from "./model-findings.ts";
import type { Path } from "./path.ts";
import { PluginError } from "./plugin-error.ts";
import type { ProblemList } from "./problem-list.ts";
import { type Builtins, type ResolvedPlugin, resolvePlugin } from "./resolve-plugin.ts";
import type { RawStage } from "./schema.ts";
import { validateStageConfig } from "./validate-stage-config.ts";

/** How a plugin's name becomes a plugin. */
export interface PluginSources {
  /** Folder of the configuration file. */
  readonly folder: string;
  readonly builtins: Builtins;
  /** Names under `models`. */
  readonly models: readonly string[];
}

/** Loads a stage's plugin and checks what it is given; undefined when something is wrong with the stage. */
export async function checkStage(
  given: unknown,
  path: Path,
  problems: ProblemList,
  sources: PluginSources,
): Promise<Stage | undefined> {
  const use = memberOf(given, "use");
  const usePath = [...path, "use"];
  if (typeof use !== "string" || !problems.isClean(usePath)) return undefined;
  const resolved = await resolveFor(use, usePath, problems, sources);
  const withPath = [...path, "with"];
  if (resolved === undefined || !problems.isClean(withPath)) return undefined;
  const checked = validateStageConfig(resolved.plugin, memberOf(given, "with"));
  if ("problems" in checked) {
    problems.add(
      ...checked.problems.map((finding) => ({ ...finding, path: [...withPath, ...finding.path] })),
    );
    return undefined;
  }
  for (const name of resolved.plugin.models?.(checked.config) ?? [])
    if (!sources.models.includes(name))
      problems.add(unknownModel(name, [...withPath, ...keyOf(checked.config, name)], sources.models));
  if (!problems.isClean(path)) return undefined;
  const stage = given as RawStage;
  return {
    id: stage.id ?? resolved.plugin.meta.name,
    ...resolved,
    config: checked.config,
    options: stageOptions(stage, resolved.plugin),
  };
}

/** The options given; for the rest, what the plugin is best called with, and else the defaults. */
export function stageOptions(
  given: { readonly [K in keyof StageOptions]?: number | undefined },
  plugin: Plugin,
): StageOptions {
  const best = { ...defaultStageOptions, ...plugin.meta.calls };
  return {
    batch: given.batch ?? best.batch,
    concurrency: given.concurrency ?? best.concurrency,
    timeoutMs: given.timeoutMs ?? best.timeoutMs,
    retries: given.retries ?? best.retries,
    workers: given.workers ?? best.workers,
  };
}

/** The key that holds the value, so that a mistake is told where it stands. */
function keyOf(config: JsonObject, value: string): Path {
  const found = Object.entries(config).find(([, each]) => each === value);
  return found === undefined ? [] : [found[0]];
}

async function resolveFor(
  use: string,
  path: Path,
  problems: ProblemList,
  { folder, builtins }: PluginSources,
): Promise<ResolvedPlugin | undefined> {
  try {
    return await resolvePlugin(use, folder, builtins);
  } catch (error) {
    if (!(error instanceof PluginError)) throw error;
    problems.add({
      path,
      at: "value",
      message: error.what,
      ...(error.hint === undefined ? {} : { hint: error.hint }),
    });
    return undefined;
  }
}
