import { positionsOf } from "../core/checkpoint.ts";
import { MagpieError } from "../core/errors.ts";
import { curatedTopics, outputTopics, type Pipeline } from "../core/pipeline.ts";
import { fingerprintsOf } from "../core/plan.ts";
import { internalTopic, internalTopics, type PipelineSegment, segmentsOf } from "../core/segments.ts";
import type { Log } from "../log/log.ts";
import { assertFingerprints } from "./checkpoints.ts";

/**
 * Makes a pipeline's output topics and its internal ones, where a log cuts it into segments, before its tasks open. Throws MGP_STATE_FINGERPRINT when an edit does not
 * fit the state of any segment, and MGP_SEGMENT_LEFT when one is no longer there that records are on their way through.
 */
export async function prepareSegments(log: Log, pipeline: Pipeline): Promise<void> {
  if (log.segments === undefined) return;
  const segments = segmentsOf(pipeline, log.segments.prefix);
  for (const checkpoint of await log.checkpoints(pipeline.name))
    assertFingerprints(pipeline, fingerprintsOf(pipeline), checkpoint);
  await assertNothingLeft(log, pipeline, segments, log.segments.prefix);
  for (const topic of outputTopics(pipeline))
    if ((await log.topics.get(topic)) === undefined) await log.topics.ensure(topic, { partitions: 1 });
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
  const positions = positionsOf(await log.checkpoints(pipeline.name));
  for (let number = segments.length; ; number++) {
    const topic = internalTopic(prefix, pipeline.name, number);
    if (known.has(topic)) continue;
    const info = await log.topics.get(topic);
    if (info === undefined) return;
    for (const { partition, start } of info.ranges) {
      const from = positions.get(`${topic}/${partition}`) ?? start;
      for await (const _ of log.scan(topic, { partition, from })) throw left(pipeline.name, topic);
    }
  }
}

function left(pipeline: string, topic: string): MagpieError {
  return new MagpieError(
    "MGP_SEGMENT_LEFT",
    `pipeline ${pipeline}: the edit takes away a segment, and records are still in its topic ${topic}; put the stage back, let "magpie run --until-idle" finish them, then edit`,
  );
}
