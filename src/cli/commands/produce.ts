import { InvalidArgumentError, Option } from "commander";
import { type ExitCode, exitCodes, type MagpieError } from "../../core/errors.ts";
import type { CliContext } from "../cli-context.ts";
import { withLog } from "../config-and-log.ts";
import { findTopic } from "../find-topic.ts";
import { formatPlace, type InputPlace, parsePlace } from "../input/input-record.ts";
import { checkReadable } from "../input/open-input.ts";
import { untilInterrupted } from "../interruption.ts";
import { type ProducedFile, produceFile } from "../produce-file.ts";
import type { Register } from "../register.ts";
import { goOnCommand } from "../render/go-on-command.ts";
import { countOf, formatBytes } from "../render/numbers.ts";
import { reportError } from "../report-error.ts";
import { StatusLine } from "../status-line.ts";

interface ProduceFlags {
  readonly fromLine: InputPlace;
}

export const registerProduce: Register = (program, act) => {
  program
    .command("produce")
    .summary("append the records of files to a topic")
    .description(
      "Append the records of files to a topic, uninterpreted: the elements of a JSON array, else every non-empty line. `-` is standard input; .gz and .zst are decompressed.",
    )
    .argument("<topic>", "the topic, as the configuration names it")
    .argument("<files...>", "the files, in this order")
    .addOption(
      new Option("--from-line <n>", "begin at this line of the first file, as an interruption prints it")
        .argParser(place)
        .default({ line: 1, nth: 1 }, "1"),
    )
    .action((topic: string, files: readonly string[], flags: ProduceFlags, command) =>
      act(command, (cli) => produce(cli, topic, files, flags)),
    );
};

/** Appends files to a topic; refuses what is too large, naming its line, and goes on with the rest. */
export function produce(
  cli: CliContext,
  topic: string,
  files: readonly string[],
  { fromLine }: ProduceFlags,
): Promise<ExitCode> {
  return withLog(cli, async (config, log) => {
    await findTopic(topic, config, log);
    for (const file of files) await checkReadable(file);
    const settings = config.topics[topic];
    if (settings !== undefined) await log.topics.ensure(topic, settings);

    const status = new StatusLine(cli.err, cli.deps.now);
    const produced: ProducedFile[] = [];
    await untilInterrupted(cli.deps, async (signal) => {
      for (const [i, file] of files.entries()) {
        const result = await produceFile(file, {
          topic,
          log,
          stdin: cli.deps.stdin,
          maxRecordBytes: config.limits.maxRecordBytes,
          from: i === 0 ? fromLine : { line: 1, nth: 1 },
          status,
          signal,
        });
        await status.clear();
        produced.push(result);
        await tell(cli, topic, result, files.slice(i));
        if (result.stopped !== undefined) break;
      }
    });
    if (cli.json) await cli.out.json(summary(topic, produced));
    return exitCode(produced);
  });
}

async function tell(
  cli: CliContext,
  topic: string,
  { file, ...result }: ProducedFile,
  remaining: readonly string[],
): Promise<void> {
  const to = { json: cli.json, style: cli.errStyle };
  if (!cli.json) {
    for (const refused of result.refused) await reportError(refused.error, cli.err, to);
    if (result.malformed !== undefined) await reportError(result.malformed, cli.err, to);
    const amount = `${countOf(result.appended, "record")}, ${formatBytes(result.bytes)}`;
    await cli.out.write(`${topic} ← ${file}  ${amount}\n`);
  }
  if (result.stopped === undefined) return;
  if (result.stopped.error !== undefined) await reportError(result.stopped.error, cli.err, to);
  const done = result.appended === 0 ? "nothing of it was appended" : "what stands before it was appended";
  const goOn = goOnCommand(topic, remaining, result.stopped.next);
  if (!cli.json) await cli.err.write(`stopped in ${file}; ${done}. Go on with: ${goOn}\n`);
}

function summary(topic: string, produced: readonly ProducedFile[]) {
  return {
    topic,
    appended: produced.reduce((sum, file) => sum + file.appended, 0),
    refused: produced.reduce((sum, file) => sum + file.refused.length, 0),
    files: produced.map((file) => ({
      file: file.file,
      appended: file.appended,
      bytes: file.bytes,
      refused: file.refused.map(({ line, error }) => ({ line, ...coded(error) })),
      ...(file.malformed === undefined ? {} : { error: coded(file.malformed) }),
      ...(file.stopped === undefined ? {} : { fromLine: formatPlace(file.stopped.next) }),
    })),
  };
}

function coded({ code, message }: MagpieError) {
  return { code, message };
}

function exitCode(produced: readonly ProducedFile[]): ExitCode {
  const stopped = produced.find((file) => file.stopped !== undefined)?.stopped;
  if (stopped !== undefined) return stopped.error?.exit ?? exitCodes.interrupted;
  const refused = produced.some((file) => file.refused.length > 0 || file.malformed !== undefined);
  return refused ? exitCodes.dataRefused : exitCodes.done;
}

function place(text: string): InputPlace {
  const parsed = parsePlace(text);
  if (parsed === undefined)
    throw new InvalidArgumentError("It must be a line number, from 1, as an interruption prints it.");
  return parsed;
}
