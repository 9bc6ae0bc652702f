import { type ExitCode, exitCodes } from "../../core/errors.ts";
import { messageFactor } from "../../core/limits.ts";
import type { CliContext } from "../cli-context.ts";
import { withLog } from "../config-and-log.ts";
import type { Register } from "../register.ts";
import { renderTopicChanges, renderTopics } from "../render/topics.ts";
import { type TopicChange, topicChanges } from "../topic-changes.ts";
import { wantedTopics } from "../wanted-topics.ts";

interface ApplyFlags {
  readonly dryRun?: true;
}

export const registerTopics: Register = (program, act) => {
  const topics = program
    .command("topics")
    .summary("list topics, or make them as configured")
    .description("Look at topics, or make them as configured.");
  topics
    .command("list")
    .description("List the topics of the log and of the configuration.")
    .action((_flags: object, command) => act(command, listTopics));
  topics
    .command("apply")
    .description("Create and change topics to be as configured.")
    .option("--dry-run", "only print what would be done")
    .action((flags: ApplyFlags, command) => act(command, (cli) => applyTopics(cli, flags)));
};

export function listTopics(cli: CliContext): Promise<ExitCode> {
  return withLog(cli, async (config, log) => {
    const existing = await log.topics.list();
    const missing = Object.keys(config.topics).filter(
      (name) => !existing.some((topic) => topic.name === name),
    );
    if (cli.json)
      await cli.out.json({
        topics: existing.map((topic) => ({
          ...topic,
          ranges: topic.ranges.map(({ partition, start, end }) => ({
            partition,
            start: Number(start),
            end: Number(end),
          })),
        })),
        missing,
      });
    else await cli.out.lines(renderTopics(existing, missing, cli.style));
    return exitCodes.done;
  });
}

/** Throws MGP_TOPIC_CONFLICT, before anything is changed, for what cannot be changed to. */
export function applyTopics(cli: CliContext, flags: ApplyFlags): Promise<ExitCode> {
  return withLog(cli, async (config, log) => {
    const wanted = wantedTopics(config, log);
    const existing = await Promise.all(Object.keys(wanted).map((topic) => log.topics.get(topic)));
    const changes: readonly TopicChange[] = topicChanges(
      wanted,
      existing.filter((info) => info !== undefined),
      messageFactor * config.limits.maxRecordBytes,
    );
    if (flags.dryRun === undefined) for (const { topic, to } of changes) await log.topics.ensure(topic, to);
    if (cli.json) await cli.out.json({ applied: flags.dryRun === undefined, changes });
    else await cli.out.lines(renderTopicChanges(changes, { applied: flags.dryRun === undefined }, cli.style));
    return exitCodes.done;
  });
}
