import type { Config } from "../../config/config.ts";
import { type ExitCode, exitCodes, MagpieError } from "../../core/errors.ts";
import { curatedTopics, outputTopics, type Pipeline } from "../../core/pipeline.ts";
import type { Log } from "../../log/log.ts";
import { ask } from "../ask.ts";
import type { CliContext } from "../cli-context.ts";
import { withLog } from "../config-and-log.ts";
import { findPipeline } from "../find-pipeline.ts";
import type { Register } from "../register.ts";

interface ResetFlags {
  readonly yes?: true;
  readonly cascade?: true;
}

export const registerReset: Register = (program, act) => {
  program
    .command("reset")
    .summary("make a pipeline start anew")
    .description(
      "Remove a pipeline's position, state and outputs, so that it starts anew. Paid answers are kept.",
    )
    .argument("<pipeline>", "the pipeline")
    .option("--yes", "do not ask")
    .option("--cascade", "also reset every pipeline that has read its outputs")
    .action((name: string, flags: ResetFlags, command) => act(command, (cli) => reset(cli, name, flags)));
};

/** Throws MGP_RESET_REFUSED while another pipeline has read the outputs (unless `cascade`), MGP_LEASE_HELD while it runs. */
export function reset(cli: CliContext, name: string, flags: ResetFlags): Promise<ExitCode> {
  return withLog(cli, async (config, log) => {
    const pipeline = findPipeline(name, config);
    const readers = await readersOf(pipeline, config, log);
    if (readers.length > 0 && flags.cascade === undefined) throw refused(pipeline, readers);
    const shared = [pipeline, ...readers].flatMap((reset) =>
      otherWriters(reset, [pipeline, ...readers], config),
    );
    if (shared.length > 0) throw sharedOutput(shared);

    // Readers first: whatever is interrupted leaves no pipeline standing behind topics that are gone.
    const doomed = [...readers.toReversed(), pipeline];
    const names = doomed.map((reset) => reset.name).join(", ");
    if (flags.yes === undefined && !(await confirmed(cli, names))) return exitCodes.usage;
    for (const reset of doomed) await log.reset(reset.name, outputTopics(reset));
    const pipelines = doomed.map((reset) => ({
      name: reset.name,
      topics: outputTopics(reset),
    }));
    if (cli.json) await cli.out.json({ reset: pipelines });
    else
      await cli.out.lines(
        pipelines.map((gone) => `${gone.name} was reset; removed ${gone.topics.join(", ")}`),
      );
    return exitCodes.done;
  });
}

async function confirmed(cli: CliContext, names: string): Promise<boolean> {
  if (cli.deps.stdin.isTTY !== true)
    throw new MagpieError(
      "MGP_USAGE_INVALID",
      `reset removes all outputs and state of ${names}; give --yes to do it`,
    );
  const answer = await ask(cli, `Remove position, state and all outputs of ${names}? Type "yes": `);
  return answer.trim().toLowerCase() === "yes";
}

/** Every pipeline that has committed a read of these outputs, directly or through another one; nearest first. */
async function readersOf(pipeline: Pipeline, config: Config, log: Log): Promise<readonly Pipeline[]> {
  const readers: Pipeline[] = [];
  const open = [pipeline];
  for (const current of open) {
    const outputs = new Set(outputTopics(current));
    for (const other of config.pipelines) {
      if (other === pipeline || readers.includes(other)) continue;
      if (!(await hasRead(other, outputs, log))) continue;
      readers.push(other);
      open.push(other);
    }
  }
  return readers;
}

async function hasRead(pipeline: Pipeline, topics: ReadonlySet<string>, log: Log): Promise<boolean> {
  const checkpoints = await log.checkpoints(pipeline.name);
  return checkpoints.some((checkpoint) =>
    Object.entries(checkpoint.offsets).some(
      ([partition, next]) => next !== "0" && topics.has(partition.slice(0, partition.lastIndexOf("/"))),
    ),
  );
}

interface SharedOutput {
  readonly pipeline: string;
  readonly topic: string;
  readonly writer: string;
}

/** Pipelines that are not reset, but write to a topic that would be removed. */
function otherWriters(
  pipeline: Pipeline,
  doomed: readonly Pipeline[],
  config: Config,
): readonly SharedOutput[] {
  const topics = new Set(curatedTopics(pipeline));
  return config.pipelines
    .filter((other) => !doomed.includes(other))
    .flatMap((other) =>
      curatedTopics(other)
        .filter((topic) => topics.has(topic))
        .map((topic) => ({ pipeline: pipeline.name, topic, writer: other.name })),
    );
}

function refused(pipeline: Pipeline, readers: readonly Pipeline[]): MagpieError {
  const names = readers.map((reader) => reader.name).join(", ");
  return new MagpieError(
    "MGP_RESET_REFUSED",
    `${names} has read outputs of ${pipeline.name}, which reset would remove; give --cascade to reset ${names} as well, or run the changed pipeline under a new name`,
  );
}

function sharedOutput(shared: readonly SharedOutput[]): MagpieError {
  const [{ pipeline, topic, writer } = { pipeline: "", topic: "", writer: "" }] = shared;
  return new MagpieError(
    "MGP_RESET_REFUSED",
    `${writer} writes to ${topic} as well, and reset of ${pipeline} would remove what it wrote; give each pipeline an output topic of its own, or run the changed pipeline under a new name`,
  );
}
