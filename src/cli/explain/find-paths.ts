import { positionsOf } from "../../core/checkpoint.ts";
import { type Pipeline, recordTopics } from "../../core/pipeline.ts";
import { formatPosition, parsePosition } from "../../core/position.ts";
import { headers, type Log } from "../../log/log.ts";
import { readOutputs } from "../../runtime/read-outputs.ts";
import { type PlanEntry, readPlans } from "../../runtime/read-plans.ts";
import { findHolders } from "../find-holders.ts";
import { messageAt } from "../message-at.ts";
import { readableRecord } from "../readable-record.ts";
import { findAhead } from "./find-ahead.ts";
import { type Ends, findUnread } from "./find-unread.ts";
import { inFlowOrder } from "./flow-order.ts";
import { makeVisit } from "./make-visit.ts";
import type { Ahead, RecordPath, Visit } from "./record-path.ts";
import { type Track, Tracks, targetOf } from "./tracks.ts";

export interface FoundPaths {
  readonly records: readonly RecordPath[];
  /** Whether there are further records with this id. */
  readonly more: boolean;
}

/**
 * The paths of all records with an id, or of the one that lies (or came from what lies) at `topic/partition/offset`. Reads
 * what is committed, each output topic once and once more for holders; holds no more than the records it finds.
 */
export async function findPaths(log: Log, pipelines: readonly Pipeline[], text: string): Promise<FoundPaths> {
  const flow = inFlowOrder(pipelines);
  // Taken before outputs are read: what had been read by then must have its output among them.
  const ends = new Map<Pipeline, Ends>();
  for (const pipeline of flow) ends.set(pipeline, positionsOf(await log.checkpoints(pipeline.name)));

  const target = await targetOf(log, text);
  const tracks = new Tracks(log, target);
  const named = target.places.at(-1);
  if (named !== undefined && (await messageAt(log, named)) !== undefined)
    await tracks.find(formatPosition(named), target.id);
  for (const pipeline of flow) {
    const plans = await readPlans(log, pipeline);
    await addVisits(log, pipeline, plans, tracks);
    await addHolders(log, pipeline, plans, tracks);
  }
  for (const topic of producedTopics(pipelines)) {
    const readers = pipelines.filter(({ from }) => from.includes(topic));
    await findUnread(
      log,
      topic,
      readers.map((reader) => ends.get(reader)!),
      tracks,
    );
  }
  const records: RecordPath[] = [];
  for (const track of tracks.all) {
    const ahead: Ahead[] = [];
    for (const [pipeline, end] of ends) ahead.push(...(await findAhead(log, track, pipeline, end)));
    records.push({ ...(await pathOf(log, track)), ahead });
  }
  return { records, more: tracks.more };
}

/** The topics that pipelines read and none writes. */
export function producedTopics(pipelines: readonly Pipeline[]): readonly string[] {
  const written = new Set(pipelines.flatMap(recordTopics));
  return [...new Set(pipelines.flatMap(({ from }) => from))].filter((topic) => !written.has(topic));
}

async function addVisits(
  log: Log,
  pipeline: Pipeline,
  plans: readonly PlanEntry[],
  tracks: Tracks,
): Promise<void> {
  for await (const output of readOutputs(log, pipeline, plans)) {
    const track = await tracks.find(output.source, output.message.key);
    if (track === undefined) continue;
    tracks.addPlace(track, output.message.position);
    const read = await messageAt(log, parsePosition(output.source)!);
    const visit = makeVisit(pipeline.name, output, plans, read?.headers[headers.replayOf]);
    const same = track.visits.findIndex(
      (other) => other.pipeline === visit.pipeline && other.read === visit.read,
    );
    const known = track.visits[same];
    if (known === undefined) track.visits.push(visit);
    else track.visits[same] = { ...known, wrote: [...known.wrote, ...visit.wrote] };
  }
}

async function addHolders(
  log: Log,
  pipeline: Pipeline,
  plans: readonly PlanEntry[],
  tracks: Tracks,
): Promise<void> {
  const refsOf = (visit: Visit) =>
    visit.pipeline === pipeline.name ? (visit.verdict?.reasons ?? []).flatMap(({ ref }) => ref ?? []) : [];
  const refs = new Set(tracks.all.flatMap(({ visits }) => visits.flatMap(refsOf)));
  const holders = await findHolders(log, pipeline, plans, refs);
  for (const { visits } of tracks.all)
    visits.forEach((visit, i) => {
      const own = new Set(refsOf(visit));
      if (own.size > 0) visits[i] = { ...visit, holders: [...own].flatMap((ref) => holders.get(ref) ?? []) };
    });
}

async function pathOf(log: Log, track: Track): Promise<Omit<RecordPath, "ahead">> {
  const message = await messageAt(log, track.origin);
  const produced = message && readableRecord(message.value, track.origin);
  const position = formatPosition(track.origin);
  const [first] = track.visits;
  return {
    id: produced?.id ?? first?.record?.id ?? first?.quarantine?.id ?? position,
    position,
    ...(produced === undefined ? {} : { produced }),
    visits: track.visits,
  };
}
