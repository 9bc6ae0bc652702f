import type { Config } from "../config/config.ts";
import { didYouMean } from "../config/did-you-mean.ts";
import { MagpieError } from "../core/errors.ts";
import type { Log, TopicInfo } from "../log/log.ts";

/**
 * What the log knows of a topic; undefined when the configuration names it and nothing was written to it yet.
 * Throws MGP_TOPIC_UNKNOWN for any other.
 */
export async function findTopic(topic: string, config: Config, log: Log): Promise<TopicInfo | undefined> {
  const info = await log.topics.get(topic);
  if (info !== undefined || Object.hasOwn(config.topics, topic)) return info;
  const existing = (await log.topics.list()).map((known) => known.name);
  const hint = didYouMean(topic, new Set([...Object.keys(config.topics), ...existing]));
  throw new MagpieError(
    "MGP_TOPIC_UNKNOWN",
    `there is no topic ${JSON.stringify(topic)}; ${hint ?? "`magpie topics list` shows those there are; name a new one under topics: in the configuration"}`,
  );
}
