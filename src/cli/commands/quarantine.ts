import type { Config } from "../../config/config.ts";
import { type ExitCode, exitCodes, MagpieError } from "../../core/errors.ts";
import type { QuarantineEntry } from "../../core/outcome.ts";
import { type Pipeline, sideTopics } from "../../core/pipeline.ts";
import type { Log } from "../../log/log.ts";
import { type Attempt, listAttempts, listQuarantine, replayQuarantine } from "../../runtime/quarantine.ts";
import type { CliContext } from "../cli-context.ts";
import { withLog } from "../config-and-log.ts";
import { findPipeline, onePipeline } from "../find-pipeline.ts";
import type { Register } from "../register.ts";
import { countOf } from "../render/numbers.ts";
import { type PlacedEntry, renderQuarantine, renderQuarantineEntry } from "../render/quarantine.ts";

interface PipelineFlags {
  readonly pipeline?: string;
}

interface ListFlags extends PipelineFlags {
  readonly all?: true;
}

interface ReplayFlags extends PipelineFlags {
  readonly all?: true;
}

export const registerQuarantine: Register = (program, act) => {
  const quarantine = program
    .command("quarantine")
    .summary("list, show or replay what could not be judged")
    .description("Look at records that could not be judged, or try them again.");
  quarantine
    .command("list")
    .description("List them: why, and where each comes from.")
    .option("--all", "also those that were replayed since")
    .option("--pipeline <name>", "only of this pipeline")
    .action((flags: ListFlags, command) => act(command, (cli) => list(cli, flags)));
  quarantine
    .command("show")
    .description("Show one with its original bytes.")
    .argument("<id>", "the record's id or its position")
    .option("--pipeline <name>", "only of this pipeline")
    .action((id: string, flags: PipelineFlags, command) => act(command, (cli) => show(cli, id, flags)));
  quarantine
    .command("replay")
    .description("Append the original bytes to their topic again. What was replayed already is left alone.")
    .argument("[ids...]", "ids or positions")
    .option("--all", "all of them")
    .option("--pipeline <name>", "the pipeline; needed when there are several")
    .action((ids: readonly string[], flags: ReplayFlags, command) =>
      act(command, (cli) => replay(cli, ids, flags)),
    );
};

function list(cli: CliContext, flags: ListFlags): Promise<ExitCode> {
  return withLog(cli, async (config, log) => {
    const entries: (PlacedEntry & Attempt)[] = [];
    for await (const entry of entriesOf(pipelinesOf(flags, config), log, listAttempts)) {
      // The bytes are for `show`: a listing shall not hold them all.
      entries.push({ ...entry, bytes: cli.json ? entry.bytes : "" });
    }
    const listed = flags.all === true ? entries : entries.filter((entry) => !entry.replayed);
    if (cli.json) await cli.out.json({ entries: listed });
    else {
      const more = entries.length - listed.length;
      await cli.out.lines(renderQuarantine(listed, more, cli.out.columns, cli.style));
    }
    return exitCodes.done;
  });
}

function show(cli: CliContext, id: string, flags: PipelineFlags): Promise<ExitCode> {
  return withLog(cli, async (config, log) => {
    let shown = 0;
    for await (const entry of entriesOf(pipelinesOf(flags, config), log, listQuarantine)) {
      if (entry.id !== id && entry.position !== id) continue;
      if (cli.json) await cli.out.json(entry);
      else await cli.out.lines([...(shown > 0 ? [""] : []), ...renderQuarantineEntry(entry, cli.style)]);
      shown += 1;
    }
    if (shown === 0)
      throw new MagpieError(
        "MGP_USAGE_INVALID",
        `no record in quarantine has the id or position ${JSON.stringify(id)}; \`magpie quarantine list\` shows them`,
      );
    return exitCodes.done;
  });
}

function replay(cli: CliContext, ids: readonly string[], flags: ReplayFlags): Promise<ExitCode> {
  if ((ids.length === 0) === (flags.all === undefined))
    throw new MagpieError("MGP_USAGE_INVALID", "name what to replay: ids or positions, or --all");
  return withLog(cli, async (config, log) => {
    const pipeline = onePipeline(flags.pipeline, config);
    const selected = flags.all === true ? undefined : new Set(ids);
    const result = await replayQuarantine(log, pipeline, selected);
    if (cli.json) await cli.out.json({ pipeline: pipeline.name, ...result });
    else
      await cli.out.lines([
        `${countOf(result.replayed, "record")} of ${pipeline.name} appended again${result.skipped > 0 ? `, ${countOf(result.skipped, "record")} left alone: replayed before` : ""}`,
      ]);
    return exitCodes.done;
  });
}

function pipelinesOf(flags: PipelineFlags, config: Config): readonly Pipeline[] {
  return flags.pipeline === undefined ? config.pipelines : [findPipeline(flags.pipeline, config)];
}

async function* entriesOf<Entry extends QuarantineEntry>(
  pipelines: readonly Pipeline[],
  log: Log,
  list: (log: Log, pipeline: Pipeline) => AsyncIterable<Entry>,
): AsyncIterable<PlacedEntry & Entry> {
  for (const pipeline of pipelines) {
    if ((await log.topics.get(sideTopics(pipeline.name).quarantine)) === undefined) continue;
    for await (const entry of list(log, pipeline)) yield { pipeline: pipeline.name, ...entry };
  }
}
