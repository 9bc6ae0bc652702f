import { MagpieError } from "../core/errors.ts";
import { curatedTopics, type Pipeline } from "../core/pipeline.ts";
import { fingerprintsOf } from "../core/plan.ts";
import { internalTopics, type PipelineSegment, segmentsOf } from "../core/segments.ts";
import type { Log } from "../log/log.ts";
import { assertFingerprints } from "./checkpoints.ts";

/**
 * Makes a pipeline's internal topics, where it has any, before its tasks open. Throws MGP_STATE_FINGERPRINT when an edit does not
 * fit the state of any segment, and MGP_SEGMENT_LEFT when one is no longer there that records are on their way through.
 */
export async function prepareSegments(log: Log, pipeline: Pipeline): Promise<void> {
  if (log.segments === undefined) return;
  const segments = segmentsOf(pipeline, log.segments.prefix);
  for (const checkpoint of await log.checkpoints(pipeline.name))
    assertFingerprints(pipeline, fingerprintsOf(pipeline), checkpoint);
  await assertNothingLeft(log, pipeline, segments, log.segments.prefix);
  const width = (await log.topics.get(curatedTopics(pipeline)[0]!))?.partitions ?? 1;
  for (const { name, partitions } of internalTopics(segments))
    await log.topics.ensure(name, { partitions: partitions === "order" ? 1 : width });
}

/** Segments of an earlier plan: nobody would read what is in their topics. */
async function assertNothingLeft(
  log: Log,
  pipeline: Pipeline,
  segments: readonly PipelineSegment[],
  prefix: string,
): Promise<void> {
  const known = new Set(internalTopics(segments).map(({ name }) => name));
  const positions = new Map(
    (await log.checkpoints(pipeline.name)).flatMap(({ offsets }) => Object.entries(offsets)),
  );
  for (const { name, ranges } of await log.topics.list()) {
    if (known.has(name) || !isInternal(name, pipeline.name, prefix)) continue;
    for (const { partition, start } of ranges) {
      const from = BigInt(positions.get(`${name}/${partition}`) ?? start);
      for await (const _ of log.scan(name, { partition, from })) throw left(pipeline.name, name);
    }
  }
}

function isInternal(topic: string, pipeline: string, prefix: string): boolean {
  const rest = topic.startsWith(`${prefix}.${pipeline}.`)
    ? topic.slice(prefix.length + pipeline.length + 2)
    : "";
  return /^(order|parallel)-\d+$/.test(rest);
}

function left(pipeline: string, topic: string): MagpieError {
  return new MagpieError(
    "MGP_SEGMENT_LEFT",
    `pipeline ${pipeline}: the edit takes away a segment, and records are still in its topic ${topic}; put the stage back, let "magpie run --until-idle" finish them, then edit`,
  );
}
