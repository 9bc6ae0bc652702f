import type { Pipeline } from "../../core/pipeline.ts";
import { internalTopics, segmentsOf } from "../../core/segments.ts";
import { headers, type Log } from "../../log/log.ts";
import type { Ends } from "./find-unread.ts";
import type { Ahead } from "./record-path.ts";
import type { Track } from "./tracks.ts";

/** Where a record lies before a pipeline that has no output of it, and why. */
export async function findAhead(
  log: Log,
  { places, visits }: Track,
  pipeline: Pipeline,
  ends: Ends,
): Promise<readonly Ahead[]> {
  const { name, from } = pipeline;
  const ahead: Ahead[] = [];
  for (const [place, { position, replayFor }] of places) {
    if (!from.includes(position.topic) || (replayFor ?? name) !== name) continue;
    if (visits.some((visit) => visit.pipeline === name && visit.read === place)) continue;
    const isRead = position.offset < (ends.get(`${position.topic}/${position.partition}`) ?? 0n);
    const state = !isRead
      ? "waiting"
      : (await isInFlight(log, pipeline, ends, place))
        ? "in flight"
        : "removed";
    ahead.push({ pipeline: name, position: place, state });
  }
  return ahead;
}

/** Whether it lies between two segments of the pipeline. */
async function isInFlight(log: Log, pipeline: Pipeline, ends: Ends, place: string): Promise<boolean> {
  if (log.segments === undefined) return false;
  for (const { name } of internalTopics(segmentsOf(pipeline, log.segments.prefix)))
    for (const { partition } of (await log.topics.get(name))?.ranges ?? []) {
      const from = ends.get(`${name}/${partition}`) ?? 0n;
      for await (const message of log.scan(name, { partition, from }))
        if (message.headers[headers.source] === place) return true;
    }
  return false;
}
