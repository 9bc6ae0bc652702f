import type { Config } from "../config/config.ts";
import { curatedTopics } from "../core/pipeline.ts";
import { internalTopics, segmentsOf } from "../core/segments.ts";
import type { Log, TopicSettings } from "../log/log.ts";

/** The topics that a configuration names or implies, those between the segments of its pipelines included. */
export function wantedTopics(
  config: Config,
  log: Pick<Log, "segments">,
): { readonly [topic: string]: TopicSettings } {
  if (log.segments === undefined) return config.topics;
  const { prefix } = log.segments;
  const internal = config.pipelines.flatMap((pipeline) => {
    const width = config.topics[curatedTopics(pipeline)[0]!]?.partitions ?? 1;
    return internalTopics(segmentsOf(pipeline, prefix)).map(
      ({ name, partitions }) => [name, { partitions: partitions === "order" ? 1 : width }] as const,
    );
  });
  return { ...config.topics, ...Object.fromEntries(internal) };
}
