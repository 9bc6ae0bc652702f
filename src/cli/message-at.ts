import type { Position } from "../core/position.ts";
import type { Log, StoredMessage } from "../log/log.ts";

/** What lies at a position; undefined when nothing does, or retention has removed it. */
export async function messageAt(log: Log, position: Position): Promise<StoredMessage | undefined> {
  const { topic, partition, offset } = position;
  const range = (await log.topics.get(topic))?.ranges[partition];
  if (range === undefined || offset < range.start || offset >= range.end) return undefined;
  for await (const message of log.scan(topic, { partition, from: offset, to: offset + 1n })) return message;
  return undefined;
}
