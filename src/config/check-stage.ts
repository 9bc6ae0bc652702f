import { defaultStageOptions, type Stage, type StageOptions } from "../core/stage.ts";
import { parseBytes } from "../core/units.ts";
import type { Env } from "./expand-env.ts";
import { isMapping, memberOf } from "./mapping.ts";
import type { Path } from "./path.ts";
import { PluginError } from "./plugin-error.ts";
import type { Finding } from "./problem.ts";
import type { ProblemList } from "./problem-list.ts";
import { ExecError, resolveExec } from "./resolve-exec.ts";
import { type Builtins, type ResolvedPlugin, resolvePlugin } from "./resolve-plugin.ts";
import type { RawStage } from "./schema.ts";
import { validateStageConfig } from "./validate-stage-config.ts";

/** How a plugin's name becomes a plugin. */
export interface PluginSources {
  /** Folder of the configuration file. */
  readonly folder: string;
  readonly builtins: Builtins;
  /** Of programs. */
  readonly env: Env;
}

/** Loads a stage's plugin and checks what it is given; undefined when something is wrong with the stage. */
export async function checkStage(
  given: unknown,
  path: Path,
  problems: ProblemList,
  sources: PluginSources,
): Promise<Stage | undefined> {
  problems.add(...sourceFindings(given, path));
  if (!problems.isClean([...path, sourceKeyOf(given)]) || !problems.isClean(path)) return undefined;
  const stage = given as RawStage;
  const resolved = await resolveFor(stage, path, problems, sources);
  const withPath = [...path, "with"];
  if (resolved === undefined || !problems.isClean(withPath)) return undefined;
  const checked = validateStageConfig(resolved.plugin, stage.with);
  if ("problems" in checked) {
    problems.add(
      ...checked.problems.map((finding) => ({ ...finding, path: [...withPath, ...finding.path] })),
    );
    return undefined;
  }
  if (!problems.isClean(path)) return undefined;
  return {
    id: stage.id ?? resolved.plugin.meta.name,
    ...resolved,
    config: checked.config,
    options: optionsOf(stage),
  };
}

/** The key that says what a stage's plugin is. */
export function sourceKeyOf(given: unknown): "use" | "exec" {
  return memberOf(given, "exec") === undefined ? "use" : "exec";
}

const programKeys = ["startTimeoutMs", "maxMemory"];

function sourceFindings(given: unknown, path: Path): readonly Finding[] {
  if (!isMapping(given)) return [];
  const says = (key: string) => given[key] !== undefined;
  if (!says("use") && !says("exec"))
    return [
      {
        path: [...path, "use"],
        at: "value",
        message: "this key is missing",
        hint: "a stage needs `use` (a plugin) or `exec` (a program)",
      },
    ];
  if (says("use") && says("exec"))
    return [{ path: [...path, "exec"], at: "key", message: "a stage has either `use` or `exec`, not both" }];
  return programKeys
    .filter((key) => says("use") && says(key))
    .map((key) => ({ path: [...path, key], at: "key", message: `"${key}" is for stages with \`exec\`` }));
}

function optionsOf(stage: RawStage): StageOptions {
  const { exec, workers, maxMemory, ...given } = stage;
  const copies = exec === undefined ? workers : Math.max(1, workers ?? 1);
  const maxMemoryBytes = maxMemory === undefined ? undefined : parseBytes(maxMemory);
  return stageOptions({ ...given, workers: copies, maxMemoryBytes });
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
    startTimeoutMs: given.startTimeoutMs ?? defaultStageOptions.startTimeoutMs,
    maxMemoryBytes: given.maxMemoryBytes ?? defaultStageOptions.maxMemoryBytes,
  };
}

async function resolveFor(
  stage: RawStage,
  path: Path,
  problems: ProblemList,
  { folder, builtins, env }: PluginSources,
): Promise<ResolvedPlugin | undefined> {
  try {
    if (stage.exec === undefined) return await resolvePlugin(stage.use!, folder, builtins);
    const { startTimeoutMs, maxMemoryBytes } = optionsOf(stage);
    return await resolveExec(stage.exec, { folder, env, startTimeoutMs, maxMemoryBytes });
  } catch (error) {
    if (error instanceof PluginError) {
      const hint = error.hint === undefined ? {} : { hint: error.hint };
      problems.add({ path: [...path, "use"], at: "value", message: error.what, ...hint });
    } else if (error instanceof ExecError) {
      const word = error.index === undefined ? [] : [error.index];
      problems.add({ path: [...path, "exec", ...word], at: "value", message: error.message });
    } else throw error;
    return undefined;
  }
}
