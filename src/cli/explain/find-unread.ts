import { formatPosition, parsePosition } from "../../core/position.ts";
import { headers, type Log } from "../../log/log.ts";
import { readableRecord } from "../readable-record.ts";
import type { Tracks } from "./tracks.ts";

/** How far a pipeline has read. */
export type Ends = ReadonlyMap<string, bigint>;

/** Finds records in a topic that some of its readers have not read yet: only these have no output that names them. */
export async function findUnread(
  log: Log,
  topic: string,
  readers: readonly Ends[],
  tracks: Tracks,
): Promise<void> {
  for (const { partition, start } of (await log.topics.get(topic))?.ranges ?? []) {
    const reached = readers.map((ends) => ends.get(`${topic}/${partition}`) ?? start);
    const from = reached.reduce((least, end) => (end < least ? end : least));
    for await (const message of log.scan(topic, { partition, from })) {
      const original = parsePosition(message.headers[headers.replayOf] ?? "") ?? message.position;
      const id = readableRecord(message.value, original)?.id;
      await tracks.find(formatPosition(message.position), id);
    }
  }
}
