import type { Config } from "../../config/config.ts";
import { didYouMean } from "../../config/did-you-mean.ts";
import { type ExitCode, exitCodes, MagpieError } from "../../core/errors.ts";
import { parsePosition } from "../../core/position.ts";
import type { Log } from "../../log/log.ts";
import type { CliContext } from "../cli-context.ts";
import { withLog } from "../config-and-log.ts";
import { findPaths, producedTopics } from "../explain/find-paths.ts";
import type { Register } from "../register.ts";
import { renderPath, renderPaths } from "../render/explain.ts";
import { countOf } from "../render/numbers.ts";
import { oneLine } from "../render/text.ts";

export const registerExplain: Register = (program, act) => {
  program
    .command("explain")
    .summary("show a record's whole path and why it ended where it did")
    .description(
      "Show a record's whole path through all pipelines: measures and limits, verdicts, the text of what it duplicates.",
    )
    .argument("<id>", "the record's id, or a position: topic/partition/offset")
    .action((id: string, _flags: object, command) => act(command, (cli) => explain(cli, id)));
};

/** More records with one id are listed, not shown. */
const mostShown = 5;

export function explain(cli: CliContext, id: string): Promise<ExitCode> {
  return withLog(cli, async (config, log) => {
    const { records, more } = await findPaths(log, config.pipelines, id);
    if (records.length === 0) throw await unknownRecord(id, config, log);
    const found = `${countOf(records.length, "record")}${more ? " and more have" : records.length === 1 ? " has" : " have"}`;
    const several = `${found} the id ${oneLine(id)}; a position shows one of them: magpie explain ${records[0]!.position}`;
    if (cli.json) await cli.out.json({ records, more });
    else if (records.length > mostShown)
      await cli.out.lines([several, "", ...renderPaths(records, cli.out.columns, cli.style)]);
    else {
      const blocks = records.map((path) => renderPath(path, cli.out.columns, cli.style));
      await cli.out.lines(records.length === 1 ? [] : [several, ""]);
      await cli.out.lines(blocks.flatMap((block, i) => (i === 0 ? block : ["", "", ...block])));
    }
    return exitCodes.done;
  });
}

async function unknownRecord(id: string, config: Config, log: Log): Promise<MagpieError> {
  if (config.pipelines.length === 0)
    return new MagpieError(
      "MGP_USAGE_INVALID",
      "the configuration has no pipeline that a record could have passed; add one under pipelines:",
    );
  const pipelines = config.pipelines.map(({ name }) => name).join(", ");
  const topics = producedTopics(config.pipelines);
  const searched = `searched: what ${pipelines} wrote, and what waits in ${topics.join(", ")}`;
  return new MagpieError(
    "MGP_USAGE_INVALID",
    `no record has the id or position ${JSON.stringify(id)}; ${await whyNotThere(id, log)}${searched}; \`magpie tap ${topics[0]}\` shows records with their ids`,
  );
}

/** What a position gets wrong. */
async function whyNotThere(id: string, log: Log): Promise<string> {
  const position = parsePosition(id);
  if (position === undefined) return "";
  const { topic, partition } = position;
  const topics = (await log.topics.list()).map(({ name }) => name);
  if (!topics.includes(topic)) {
    const hint = didYouMean(topic, topics);
    return `there is no topic ${topic}${hint === undefined ? "" : `, ${hint}`}; `;
  }
  const range = (await log.topics.get(topic))?.ranges[partition];
  if (range === undefined) return `${topic} has no partition ${partition}; `;
  return `${topic}/${partition} holds offsets ${range.start} to ${range.end} (exclusive); `;
}
