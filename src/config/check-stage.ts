import type { JsonObject } from "../core/json.ts";
import { modelsOf, type Plugin } from "../core/plugin.ts";
import type { Stage } from "../core/stage.ts";
import { defaultStageOptions, type StageOptions } from "../core/stage-options.ts";
import { parseBytes } from "../core/units.ts";
import type { Env } from "./expand-env.ts";
import { isMapping, memberOf } from "./mapping.ts";
import { unknownModel } from "./model-findings.ts";
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
  /** Names under `models`. */
  readonly models: readonly string[];
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
  for (const name of modelsOf(resolved.plugin, checked.config))
    if (!sources.models.includes(name))
      problems.add(unknownModel(name, [...withPath, ...keyOf(checked.config, name)], sources.models));
  if (!problems.isClean(path)) return undefined;
  return {
    id: stage.id ?? resolved.plugin.meta.name,
    ...resolved,
    config: checked.config,
    options: optionsOf(stage, resolved.plugin),
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

function optionsOf(stage: RawStage, plugin: Plugin): StageOptions {
  const { exec, workers, ...given } = stage;
  const copies = exec === undefined ? workers : Math.max(1, workers ?? 1);
  return stageOptions({ ...given, ...programOptions(stage), workers: copies }, plugin);
}

function programOptions({
  startTimeoutMs,
  maxMemory,
}: RawStage): Pick<StageOptions, "startTimeoutMs" | "maxMemoryBytes"> {
  return {
    startTimeoutMs: startTimeoutMs ?? defaultStageOptions.startTimeoutMs,
    // The schema lets only sizes through.
    maxMemoryBytes: maxMemory === undefined ? defaultStageOptions.maxMemoryBytes : parseBytes(maxMemory)!,
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
    startTimeoutMs: given.startTimeoutMs ?? best.startTimeoutMs,
    maxMemoryBytes: given.maxMemoryBytes ?? best.maxMemoryBytes,
  };
}

/** The key that holds the value, so that a mistake is told where it stands. */
function keyOf(config: JsonObject, value: string): Path {
  const found = Object.entries(config).find(([, each]) => each === value);
  return found === undefined ? [] : [found[0]];
}

async function resolveFor(
  stage: RawStage,
  path: Path,
  problems: ProblemList,
  { folder, builtins, env }: PluginSources,
): Promise<ResolvedPlugin | undefined> {
  try {
    if (stage.exec === undefined) return await resolvePlugin(stage.use!, folder, builtins);
    return await resolveExec(stage.exec, { folder, env, ...programOptions(stage) });
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
