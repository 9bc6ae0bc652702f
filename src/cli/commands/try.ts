import { tmpdir } from "node:os";
import type { Config } from "../../config/config.ts";
import { describeStages } from "../../core/describe-stages.ts";
import { type ExitCode, exitCodes, MagpieError } from "../../core/errors.ts";
import { curatedTopics, type Pipeline } from "../../core/pipeline.ts";
import type { Log } from "../../log/log.ts";
import { readLedger } from "../../runtime/read-ledger.ts";
import type { CliContext } from "../cli-context.ts";
import { collectDrops } from "../collect-drops.ts";
import { readConfig } from "../config-and-log.ts";
import { findPipeline, isSampler } from "../find-pipeline.ts";
import { wholeNumber } from "../flags.ts";
import { checkReadable } from "../input/open-input.ts";
import { readInput } from "../input/read-input.ts";
import { untilInterrupted } from "../interruption.ts";
import { openableModels } from "../openable-models.ts";
import { pluginLoaderUrl } from "../plugin-loader-url.ts";
import type { Register } from "../register.ts";
import { renderDrops } from "../render/drops.ts";
import { renderLedger } from "../render/ledger.ts";
import { reportError } from "../report-error.ts";

interface TryFlags {
  readonly limit?: number;
  readonly pipeline?: string;
}

export const registerTry: Register = (program, act) => {
  program
    .command("try")
    .summary("run the pipelines over files in memory; commits nothing")
    .description(
      "Run the pipelines over files in memory: the funnel, and the drops with their texts. Commits nothing.",
    )
    .argument("<files...>", "as for produce")
    .option("--limit <n>", "only this many records", wholeNumber(1))
    .option(
      "--pipeline <name>",
      "only this pipeline; by default the first one and those that read what it writes",
    )
    .action((files: readonly string[], flags: TryFlags, command) =>
      act(command, (cli) => tryFiles(cli, files, flags)),
    );
};

export async function tryFiles(
  cli: CliContext,
  files: readonly string[],
  flags: TryFlags,
): Promise<ExitCode> {
  const config = await readConfig(cli);
  for (const file of files) await checkReadable(file);
  const models = await openableModels(cli, config);
  const pipelines = await describeStages(chosen(config, flags), models);
  const topic = pipelines[0]!.from[0]!;
  const [{ createMemoryLog }, { runPipelines }, { createLogger }] = await Promise.all([
    import("../../log/memory/memory-log.ts"),
    import("../../runtime/run.ts"),
    import("../create-logger.ts"),
  ]);
  const log = createMemoryLog({ now: cli.deps.now });
  return untilInterrupted(cli.deps, async (signal) => {
    await log.topics.ensure(topic, config.topics[topic] ?? { partitions: 1 });
    const exit = await appendInputs(cli, config, files, topic, log, flags.limit ?? Infinity, signal);
    await runPipelines({
      log,
      pipelines,
      models,
      topics: config.topics,
      limits: config.limits,
      commit: config.commit,
      untilIdle: true,
      stop: signal,
      drainMs: 5_000,
      logger: createLogger(cli.logLevel, cli.deps.stderr, cli.deps.now),
      loaderUrl: pluginLoaderUrl,
      cacheDir: tmpdir(),
      now: cli.deps.now,
      jitter: cli.deps.random,
    });
    const report = await readLedger(log, pipelines, { digest: false });
    const drops = await collectDrops(log, pipelines);
    if (cli.json) await cli.out.json({ ...report, drops });
    else {
      await cli.out.lines(renderLedger(report, await log.answers.size(), cli.out.columns, cli.style));
      await cli.out.lines(renderDrops(drops, cli.out.columns, cli.style));
    }
    return signal.aborted ? exitCodes.interrupted : exit;
  }).finally(() => models.close());
}

/** The named pipeline alone; else the first, and all that read, directly or not, what it writes. */
function chosen(config: Config, flags: TryFlags): readonly Pipeline[] {
  if (flags.pipeline !== undefined) return [findPipeline(flags.pipeline, config)];
  const [first] = config.pipelines.filter((pipeline) => !isSampler(pipeline, config));
  if (first === undefined)
    throw new MagpieError(
      "MGP_USAGE_INVALID",
      "the configuration has no pipeline to try; add one under pipelines:",
    );
  const pipelines = [first];
  for (const pipeline of pipelines) {
    const topics = curatedTopics(pipeline);
    for (const other of config.pipelines)
      if (topics.some((topic) => other.from.includes(topic)) && !pipelines.includes(other))
        pipelines.push(other);
  }
  return pipelines;
}

async function appendInputs(
  cli: CliContext,
  config: Config,
  files: readonly string[],
  topic: string,
  log: Log,
  limit: number,
  signal: AbortSignal,
): Promise<ExitCode> {
  let left = limit;
  let exit: ExitCode = exitCodes.done;
  for (const file of files) {
    const options = { stdin: cli.deps.stdin, maxRecordBytes: config.limits.maxRecordBytes, signal };
    for await (const { records, oversize } of readInput(file, options)) {
      for (const { line } of oversize) {
        const text = `${file}:${line} is larger than limits.maxRecordBytes and was left out`;
        const error = new MagpieError("MGP_RECORD_TOO_LARGE", text);
        exit = await reportError(error, cli.err, { json: cli.json, style: cli.errStyle });
      }
      const taken = records.slice(0, left);
      left -= taken.length;
      await log.append(
        topic,
        taken.map((record) => ({ value: record.bytes })),
      );
      if (left === 0) return exit;
    }
  }
  return exit;
}
