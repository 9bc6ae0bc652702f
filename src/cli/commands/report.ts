import { resolve } from "node:path";
import { Readable } from "node:stream";
import type { Config } from "../../config/config.ts";
import { type ExitCode, exitCodes, MagpieError } from "../../core/errors.ts";
import { type Pipeline, recordTopics, sideTopics } from "../../core/pipeline.ts";
import type { Log } from "../../log/log.ts";
import type { CliContext } from "../cli-context.ts";
import { withLog } from "../config-and-log.ts";
import { findTopic } from "../find-topic.ts";
import type { Register } from "../register.ts";
import { countOf, formatBytes } from "../render/numbers.ts";
import { renderPage } from "../report/page/render-page.ts";
import { readTopicReport, type TopicReport } from "../report/read-topic-report.ts";
import { StatusLine } from "../status-line.ts";
import { writeWholeFile } from "../write-whole-file.ts";

interface ReportFlags {
  readonly against?: string;
  readonly out?: string;
}

export const registerReport: Register = (program, act) => {
  program
    .command("report")
    .summary("write one HTML page about a set of records")
    .description(
      "Write one HTML page about a topic's records: the funnel of the pipeline that writes it, lengths, languages, acceptance by sampler setting, drops with their texts, duplicates side by side. The page needs no network and no server. With --json its numbers are printed instead.",
    )
    .argument("<topic>", "the topic")
    .option("--against <topic>", "compare it with this topic")
    .option("--out <file>", "the page, replaced when it exists (default: report-TOPIC.html)")
    .action((topic: string, flags: ReportFlags, command) => act(command, (cli) => report(cli, topic, flags)));
};

export function report(cli: CliContext, topic: string, flags: ReportFlags): Promise<ExitCode> {
  if (cli.json && flags.out !== undefined)
    throw new MagpieError(
      "MGP_USAGE_INVALID",
      "--json prints the numbers and writes no page; leave out --out",
    );
  const topics = [topic, ...(flags.against === undefined ? [] : [flags.against])];
  return withLog(cli, async (config, log) => {
    for (const each of topics) {
      await findTopic(each, config, log);
      refuseWithoutRecords(each, config);
    }
    const sets = await readSets(cli, topics, config, log);
    if (cli.json) {
      const [set, against] = sets;
      await cli.out.json({ ...set, ...(against === undefined ? {} : { against }) });
      return exitCodes.done;
    }
    const out = flags.out ?? `report-${topics.join("-against-")}.html`;
    const page = renderPage(sets, cli.deps.now());
    await writeWholeFile(out, Readable.from([page]));
    const records = sets.map((set) => `${set.topic} (${countOf(set.records, "record")})`).join(" against ");
    await cli.out.lines([`${records} → ${resolve(out)}  ${formatBytes(Buffer.byteLength(page))}`]);
    return exitCodes.done;
  });
}

/** Throws MGP_USAGE_INVALID for what holds entries of another kind. */
function refuseWithoutRecords(topic: string, config: Config): void {
  for (const pipeline of config.pipelines) {
    const { quarantine, plans } = sideTopics(pipeline.name);
    if (topic !== quarantine && topic !== plans) continue;
    const instead = recordTopics(pipeline)[0];
    throw new MagpieError(
      "MGP_USAGE_INVALID",
      `${topic} holds no records; \`magpie report ${instead}\` shows what became of all that ${pipeline.name} received`,
    );
  }
}

async function readSets(
  cli: CliContext,
  topics: readonly string[],
  config: Config,
  log: Log,
): Promise<readonly TopicReport[]> {
  const status = new StatusLine(cli.err, cli.deps.now);
  let read = 0;
  const onRead = (from: string): Promise<void> => {
    read += 1;
    return status.show(() => `reading ${from}  ${countOf(read, "record")} read`);
  };
  const sets: TopicReport[] = [];
  for (const topic of topics)
    sets.push(await readTopicReport(log, topic, writerOf(topic, config.pipelines), onRead));
  await status.clear();
  return sets;
}

function writerOf(topic: string, pipelines: readonly Pipeline[]): Pipeline | undefined {
  return pipelines.find((pipeline) => recordTopics(pipeline).includes(topic));
}
