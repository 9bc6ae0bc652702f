import { readFile } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { MagpieError, messageOf } from "../core/errors.ts";
import { adviceOn } from "./advice.ts";
import { checkPipelines } from "./check-pipelines.ts";
import { targetFindings } from "./check-samplers.ts";
import { checkStructure } from "./check-structure.ts";
import type { Config } from "./config.ts";
import { type Env, expandEnv } from "./expand-env.ts";
import { logFindings } from "./log-findings.ts";
import { isMapping, memberOf } from "./mapping.ts";
import { metricsFindings } from "./metrics-findings.ts";
import { modelFindings } from "./model-findings.ts";
import { normalise } from "./normalise.ts";
import { isWithin, type Path } from "./path.ts";
import { ConfigError, type Finding, type Problem } from "./problem.ts";
import { ProblemList } from "./problem-list.ts";
import type { Builtins } from "./resolve-plugin.ts";
import type { RawConfig } from "./schema.ts";
import { parseYaml } from "./yaml-source.ts";

export interface ConfigDeps {
  /** Where `${VAR}` comes from. */
  readonly env: Env;
  readonly builtins: Builtins;
}

/**
 * Reads, checks and completes a configuration, and loads its plugins. Throws a {@link ConfigError} (MGP_CONFIG_INVALID)
 * with every mistake at once, and MGP_CONFIG_NOT_FOUND.
 */
export async function loadConfig(file: string, deps: ConfigDeps): Promise<Config> {
  const { config, problems } = await checkConfig(file, await readConfig(file), deps);
  if (config === undefined) throw new ConfigError(problems.filter(({ severity }) => severity === "error"));
  return config;
}

/** Everything wrong or doubtful in a configuration, in the order of the file. Throws MGP_CONFIG_NOT_FOUND. */
export async function lintConfig(file: string, deps: ConfigDeps): Promise<readonly Problem[]> {
  return lintText(file, await readConfig(file), deps);
}

/** As {@link lintConfig}, for a text as it would stand in `file`. */
export async function lintText(file: string, text: string, deps: ConfigDeps): Promise<readonly Problem[]> {
  return (await checkConfig(file, text, deps)).problems;
}

async function readConfig(file: string): Promise<string> {
  try {
    return await readFile(file, "utf8");
  } catch (cause) {
    const isMissing = (cause as NodeJS.ErrnoException).code === "ENOENT";
    throw new MagpieError(
      "MGP_CONFIG_NOT_FOUND",
      isMissing
        ? `there is no configuration file ${file}; write one with \`magpie init\` or name another with \`-c FILE\``
        : `the configuration file ${file} cannot be read: ${messageOf(cause)}`,
      { cause },
    );
  }
}

async function checkConfig(
  file: string,
  text: string,
  { env, builtins }: ConfigDeps,
): Promise<{ readonly config: Config | undefined; readonly problems: readonly Problem[] }> {
  const source = parseYaml(text);
  const problems = new ProblemList(file, source);
  if (!source.readable) return { config: undefined, problems: problems.problems };

  const expanded = expandEnv(source.document, env);
  problems.hide(expanded.expansions);
  problems.add(...expanded.findings);

  const path = resolve(file);
  const folder = dirname(path);
  const structure = checkStructure(source.document.toJS());
  problems.add(...structure.findings);
  const models = memberOf(structure.data, "models");
  const pipelines = await checkPipelines(structure.data, problems, {
    folder,
    builtins,
    env,
    models: isMapping(models) ? Object.keys(models) : [],
  });
  if (problems.errors.length > 0) return { config: undefined, problems: problems.problems };

  const raw = structure.data as RawConfig;
  const says = (keys: Path) => source.document.hasIn(keys);
  const isVariable = (path: Path) => expanded.expansions.some((each) => isWithin(each.path, path));
  problems.add(
    ...logFindings(raw.log ?? {}, says, isVariable),
    ...metricsFindings(raw.metrics ?? {}, isVariable),
    ...modelFindings(raw.models ?? {}, says, isVariable),
    ...targetFindings(raw.samplers ?? {}, pipelines),
  );
  if (problems.errors.length > 0) return { config: undefined, problems: problems.problems };
  const config = normalise(raw, pipelines, { path, folder });
  problems.add(...limitFindings(config), ...adviceOn(config, raw, { expansions: expanded.expansions, says }));
  return { config: problems.errors.length > 0 ? undefined : config, problems: problems.problems };
}

function limitFindings({ limits }: Config): readonly Finding[] {
  if (limits.windowBytes >= limits.maxRecordBytes) return [];
  const message = `the window of ${limits.windowBytes} bytes cannot hold one record of limits.maxRecordBytes (${limits.maxRecordBytes})`;
  return [{ path: ["limits", "windowBytes"], at: "value", message, hint: "raise windowBytes" }];
}
