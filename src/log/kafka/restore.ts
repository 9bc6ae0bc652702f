import type { Logger } from "../../core/plugin.ts";
import type { PartitionRange, StateWrite } from "../log.ts";
import { decodePosition, type PositionRecord, positionKey, splitChangelogKey } from "./changelog.ts";
import type { KafkaConfig } from "./kafka-config.ts";
import { readRange } from "./read-range.ts";
import type { Snapshot, SnapshotMark } from "./snapshot.ts";

/** Records applied in one write. */
const atOnce = 2_000;
const bytesAtOnce = 8 << 20;

/** Milliseconds between lines about a restore that takes long. */
const tellEveryMs = 2_000;

export interface RestoreDeps {
  readonly config: KafkaConfig;
  readonly topic: string;
  /** What is retained and committed of the changelog's partition. */
  readonly range: PartitionRange;
  /** Milliseconds after which a snapshot may lack deletions whose tombstones are gone. */
  readonly oldestMs: number;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly logger: Logger;
}

/**
 * Brings a snapshot to the end of its changelog, from where it stands, or from nothing where it does not belong to it: it is too
 * old, or the topic was deleted and made anew. Gives the last position; undefined when nothing was ever committed.
 */
export async function restore(snapshot: Snapshot, deps: RestoreDeps): Promise<PositionRecord | undefined> {
  const { mark } = snapshot;
  if (mark !== undefined && fits(mark, deps)) {
    const position = await follow(snapshot, BigInt(mark.position), mark, deps);
    if (position?.lineage === mark.lineage) return position;
  }
  await snapshot.clear();
  return follow(snapshot, deps.range.start, undefined, deps);
}

/** Adds all of a changelog to what is in a snapshot. */
export async function applyAll(snapshot: Snapshot, deps: Omit<RestoreDeps, "oldestMs">): Promise<void> {
  await follow(snapshot, deps.range.start, undefined, deps);
}

function fits(mark: SnapshotMark, { range, oldestMs, now }: RestoreDeps): boolean {
  return (
    BigInt(mark.position) >= range.start && BigInt(mark.next) <= range.end && now() - mark.at <= oldestMs
  );
}

/** Applies the changelog from `from` on: what is in the snapshot already is written again, to the same end. */
async function follow(
  snapshot: Snapshot,
  from: bigint,
  start: SnapshotMark | undefined,
  { config, topic, range, now, logger }: Omit<RestoreDeps, "oldestMs">,
): Promise<PositionRecord | undefined> {
  let writes: StateWrite[] = [];
  let bytes = 0;
  let applied = 0;
  let toldAt = now();
  let last: { readonly position: PositionRecord; readonly offset: bigint } | undefined;

  const apply = async (next: bigint): Promise<void> => {
    await snapshot.apply(writes, markOf(last, start, next, now()));
    applied += writes.length;
    writes = [];
    bytes = 0;
    if (now() - toldAt < tellEveryMs) return;
    toldAt = now();
    const share = Math.floor(Number(((next - from) * 100n) / (range.end - from || 1n)));
    logger.info(`restoring ${topic}/${range.partition}: ${share} % of the changelog, ${applied} entries`);
  };

  for await (const record of readRange(config, { topic, partition: range.partition, from, to: range.end })) {
    const { key, value, offset } = record;
    if (key === null) continue;
    if (key.equals(positionKey)) {
      const position = decodePosition(value);
      // Another lineage from here on: the caller begins again from nothing.
      if (position !== undefined && start !== undefined && position.lineage !== start.lineage)
        return position;
      if (position !== undefined) last = { position, offset };
      continue;
    }
    const entry = splitChangelogKey(key);
    if (entry === undefined) continue;
    writes.push({
      stage: entry.stage,
      key: Buffer.from(entry.key),
      value: value === null ? undefined : Buffer.from(value),
    });
    bytes += key.length + (value?.length ?? 0);
    if (writes.length >= atOnce || bytes >= bytesAtOnce) await apply(offset + 1n);
  }
  if (last !== undefined) await apply(range.end);
  return last?.position;
}

/** Undefined until the first position was seen: a snapshot without a mark is begun again. */
function markOf(
  last: { readonly position: PositionRecord; readonly offset: bigint } | undefined,
  start: SnapshotMark | undefined,
  next: bigint,
  at: number,
): SnapshotMark | undefined {
  if (last === undefined) return start && { ...start, at };
  const { position, offset } = last;
  return {
    lineage: position.lineage,
    position: String(offset),
    commit: position.checkpoint.commit,
    next: String(next),
    at,
  };
}
