import { defaultStageOptions, type Stage, type StageOptions } from "../core/stage.ts";
import { memberOf } from "./mapping.ts";
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
  if (!problems.isClean(path)) return undefined;
  const stage = given as RawStage;
  return {
    id: stage.id ?? resolved.plugin.meta.name,
    ...resolved,
    config: checked.config,
    options: stageOptions(stage),
  };
}

/** The options given, the defaults for the rest. */
export function stageOptions(
  given: { readonly [K in keyof StageOptions]?: number | undefined },
): StageOptions {
  return {
    batch: given.batch ?? defaultStageOptions.batch,
    concurrency: given.concurrency ?? defaultStageOptions.concurrency,
    timeoutMs: given.timeoutMs ?? defaultStageOptions.timeoutMs,
    retries: given.retries ?? defaultStageOptions.retries,
    workers: given.workers ?? defaultStageOptions.workers,
  };
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
