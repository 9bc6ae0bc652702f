import { Option } from "commander";
import { type ExitCode, exitCodes, MagpieError } from "../../core/errors.ts";
import { type ExportFormatName, exportFormats } from "../../core/export-formats/export-record.ts";
import type { CliContext } from "../cli-context.ts";
import { withLog } from "../config-and-log.ts";
import { type Exported, ExportTally, exportBlocks } from "../export-topic.ts";
import { findTopic } from "../find-topic.ts";
import { untilInterrupted } from "../interruption.ts";
import type { Register } from "../register.ts";
import { countOf, formatBytes, formatCount } from "../render/numbers.ts";
import { StatusLine } from "../status-line.ts";
import { exists, writeWholeFile } from "../write-whole-file.ts";

interface ExportFlags {
  readonly out: string;
  readonly format: ExportFormatName;
  readonly force?: true;
}

export const registerExport: Register = (program, act) => {
  program
    .command("export")
    .summary("write a topic as a dataset")
    .description("Write a topic's records as a dataset.")
    .argument("<topic>", "the topic")
    .requiredOption(
      "--out <path>",
      "the file to write, compressed when it ends in .gz; `-` is standard output",
    )
    .addOption(
      new Option("--format <format>", "the shape of a line")
        .choices(Object.keys(exportFormats))
        .default("jsonl"),
    )
    .option("--force", "replace the file when it exists")
    .action((topic: string, flags: ExportFlags, command) =>
      act(command, (cli) => exportCommand(cli, topic, flags)),
    );
};

/** The file appears whole or not at all; records that do not read as records are left out, listed, and make the exit 65. */
export function exportCommand(cli: CliContext, topic: string, flags: ExportFlags): Promise<ExitCode> {
  return withLog(cli, async (config, log) => {
    const info = await findTopic(topic, config, log);
    if (flags.out !== "-" && flags.force === undefined && (await exists(flags.out)))
      throw new MagpieError("MGP_USAGE_INVALID", `${flags.out} exists already; give --force to replace it`);
    const [extension = ".jsonl"] = /\.[^./\\]+$/.exec(flags.out.replace(/\.gz$/i, "")) ?? [];
    if (!/^\.(jsonl|ndjson|json)$/i.test(extension))
      throw new MagpieError(
        "MGP_USAGE_INVALID",
        `${flags.out} ends in ${extension}, and JSON lines are what is written; name it .jsonl or .jsonl.gz`,
      );

    const total = info?.ranges.reduce((sum, range) => sum + range.end - range.start, 0n) ?? 0n;
    const status = new StatusLine(cli.err, cli.deps.now);
    const tally = new ExportTally();
    return untilInterrupted(cli.deps, async (signal) => {
      const messages = info === undefined ? none() : log.scan(topic, {}, signal);
      async function* blocks(): AsyncIterable<string> {
        for await (const block of exportBlocks(messages, flags.format, tally)) {
          signal.throwIfAborted();
          yield block;
          await status.show(
            () => `${topic} → ${flags.out}  ${formatCount(tally.records)} of ${countOf(total, "record")}`,
          );
        }
      }
      try {
        await (flags.out === "-" ? print(blocks(), cli) : writeWholeFile(flags.out, blocks()));
      } catch (error) {
        if (signal.aborted) return exitCodes.interrupted;
        throw error;
      } finally {
        await status.clear();
      }
      await tell(cli, topic, flags, tally);
      return tally.unreadable.length > 0 ? exitCodes.dataRefused : exitCodes.done;
    });
  });
}

async function* none(): AsyncIterable<never> {}

async function print(blocks: AsyncIterable<string>, { out }: CliContext): Promise<void> {
  for await (const block of blocks) {
    await out.write(block);
    if (out.closed) return;
  }
}

async function tell(cli: CliContext, topic: string, flags: ExportFlags, exported: Exported): Promise<void> {
  // Standard output may be the dataset itself.
  const to = flags.out === "-" ? cli.err : cli.out;
  if (cli.json) return to.json({ topic, out: flags.out, format: flags.format, ...exported });
  for (const { code, message } of exported.unreadable)
    await cli.err.write(`${cli.errStyle.red(`error ${code}:`)} left out: ${message}\n`);
  if (exported.unanswered > 0 && flags.format !== "jsonl")
    await cli.err.write(
      `${cli.errStyle.yellow("warning:")} ${formatCount(exported.unanswered)} of ${countOf(exported.records, "record")} have no response: they hold instructions only\n`,
    );
  await to.write(
    `${topic} → ${flags.out}  ${countOf(exported.records, "record")}, ${formatBytes(exported.bytes)}${exported.unreadable.length > 0 ? `; ${countOf(exported.unreadable.length, "record")} left out` : ""}\n`,
  );
}
