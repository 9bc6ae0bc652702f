import { MagpieError } from "../core/errors.ts";
import type { TopicSettings } from "./log.ts";

/** Throws MGP_TOPIC_CONFLICT when `settings` cannot be applied to a topic that has `existing` partitions (0: none yet). */
export function checkPartitions(topic: string, settings: TopicSettings, existing: number): void {
  if (!Number.isInteger(settings.partitions) || settings.partitions < 1)
    throw new MagpieError(
      "MGP_TOPIC_CONFLICT",
      `topic ${topic}: ${settings.partitions} partitions were asked for; a topic has at least 1`,
    );
  if (settings.partitions < existing)
    throw new MagpieError(
      "MGP_TOPIC_CONFLICT",
      `topic ${topic} has ${existing} partitions and cannot be reduced to ${settings.partitions}; set partitions to ${existing} or more, or use a new topic`,
    );
}

/** A position before what is retained, or behind the end of a topic that was deleted and made anew. */
export function trimmedError(
  pipeline: string,
  topic: string,
  partition: number,
  position: number,
  range: { readonly start: number; readonly end: number },
): MagpieError {
  return new MagpieError(
    "MGP_LOG_TRIMMED",
    `pipeline ${pipeline} stands at ${topic}/${partition}/${position}, but the log holds offsets ${range.start} to ${range.end} (exclusive) there; run \`magpie reset ${pipeline}\` to start again from what is retained`,
  );
}
