import { MagpieError } from "../../core/errors.ts";
import { canonicalJson } from "../../core/json.ts";
import type { ExternalPlugin, Logger } from "../../core/plugin.ts";
import type { Stage } from "../../core/stage.ts";
import { ExecProcess } from "../../exec/exec-process.ts";
import { hashOfFiles } from "../../exec/files-of.ts";
import { type Member, openPool, type Pool } from "./pool.ts";
import { stageLogger } from "./stage-logger.ts";

export interface ProcessPoolDeps {
  readonly logger: Logger;
  /** sha256 of the plan, part of the seed that programs get. */
  readonly plan: string;
}

/** Starts a stage's program as often as `workers` says, once at least, each set up with the stage's config. */
export function openProcessPool(stage: Stage, plugin: ExternalPlugin, deps: ProcessPoolDeps): Promise<Pool> {
  const options = { ...stage.options, workers: Math.max(1, stage.options.workers) };
  return openPool(
    { ...stage, options },
    {
      logger: deps.logger,
      member: "its program",
      open: (signal) => openMember({ ...stage, options }, plugin, deps, signal),
    },
  );
}

async function openMember(
  { id, options, config }: Stage,
  plugin: ExternalPlugin,
  { logger, plan }: ProcessPoolDeps,
  signal: AbortSignal,
): Promise<Member> {
  const process = await ExecProcess.start({
    program: plugin.program,
    ...options,
    logger: stageLogger(logger, id),
    signal,
  });
  const change = await changeOf(plugin, process.plugin);
  if (change !== undefined) {
    await process.close();
    throw new MagpieError(
      "MGP_PLUGIN_INVALID",
      `${plugin.program.command.join(" ")} ${change} than when the pipeline started; restart, so that all of the pipeline runs the same code`,
    );
  }
  await process.setUp(config, `${plan}/${id}`, options.startTimeoutMs);
  return process;
}

/** How a program that was started again is another one. */
async function changeOf(then: ExternalPlugin, now: ExternalPlugin): Promise<string | undefined> {
  if (described(now) !== described(then)) return "describes itself otherwise";
  const { command, folder, sha256 } = then.program;
  // Read after it was started: what it runs is not newer than what is read here.
  return (await hashOfFiles(command, folder)) === sha256 ? undefined : "consists of other files";
}

function described({ kind, meta }: ExternalPlugin): string {
  return canonicalJson({ kind, meta });
}
