import type { Config } from "../config/config.ts";
import { MagpieError } from "../core/errors.ts";
import type { TopicInfo, TopicSettings } from "../log/log.ts";

/** What `topics apply` does to one topic; `from` is missing where it has to be created. */
export interface TopicChange {
  readonly topic: string;
  readonly from?: TopicSettings;
  readonly to: TopicSettings;
  /** The largest message it takes, and the one it has to take; left out where it takes that. */
  readonly maxMessageBytes?: { readonly from: number; readonly to: number };
}

/** What differs from the configuration; `maxMessageBytes`: what every topic has to take at least. Throws MGP_TOPIC_CONFLICT where a topic would have to lose partitions. */
export function topicChanges(
  wanted: Config["topics"],
  existing: readonly TopicInfo[],
  maxMessageBytes: number,
): readonly TopicChange[] {
  const changes: TopicChange[] = [];
  const conflicts: string[] = [];
  for (const [topic, to] of Object.entries(wanted)) {
    const found = existing.find((info) => info.name === topic);
    if (found === undefined) changes.push({ topic, to });
    else if (to.partitions < found.partitions)
      conflicts.push(
        `topic ${topic} has ${found.partitions} partitions and cannot be reduced to ${to.partitions}; set partitions to ${found.partitions} or more, or use a new topic`,
      );
    else {
      const from = found.maxMessageBytes ?? maxMessageBytes;
      const larger = from < maxMessageBytes ? { maxMessageBytes: { from, to: maxMessageBytes } } : {};
      if (!isSame(found, to) || from < maxMessageBytes)
        changes.push({ topic, from: settingsOf(found), to, ...larger });
    }
  }
  if (conflicts.length > 0) throw new MagpieError("MGP_TOPIC_CONFLICT", conflicts.join("\n"));
  return changes;
}

function isSame(a: TopicSettings, b: TopicSettings): boolean {
  return (
    a.partitions === b.partitions &&
    a.retention?.ageMs === b.retention?.ageMs &&
    a.retention?.bytes === b.retention?.bytes
  );
}

function settingsOf({ partitions, retention }: TopicInfo): TopicSettings {
  return retention === undefined ? { partitions } : { partitions, retention };
}
