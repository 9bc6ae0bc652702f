import type { QuarantineEntry } from "../core/outcome.ts";
import { type Pipeline, sideTopics } from "../core/pipeline.ts";
import { parsePosition } from "../core/position.ts";
import { headers, type Log } from "../log/log.ts";
import { isFor } from "./decode.ts";

/** All entries of a pipeline's quarantine, oldest first. */
export async function* listQuarantine(log: Log, pipeline: Pipeline): AsyncIterable<QuarantineEntry> {
  for await (const message of log.scan(sideTopics(pipeline.name).quarantine))
    yield JSON.parse(Buffer.from(message.value).toString()) as QuarantineEntry;
}

/** An entry, and what became of it. */
export interface Attempt extends QuarantineEntry {
  /** Whether its bytes were appended to its source again. */
  readonly replayed: boolean;
}

/** The same, with whether each was replayed: reads all of the pipeline's sources. */
export async function* listAttempts(log: Log, pipeline: Pipeline): AsyncIterable<Attempt> {
  const replays = await countReplays(log, pipeline);
  const attempts = new Map<string, number>();
  for await (const entry of listQuarantine(log, pipeline)) {
    const attempt = (attempts.get(entry.original) ?? 0) + 1;
    attempts.set(entry.original, attempt);
    yield { ...entry, replayed: (replays.get(entry.original) ?? 0) >= attempt };
  }
}

export interface Replayed {
  /** Records appended to their source again. */
  readonly replayed: number;
  /** Entries that were left alone: a later attempt is under way, succeeded, or is itself in quarantine. */
  readonly skipped: number;
}

/**
 * Appends the original bytes of quarantined records to the topics they came from, marked as another attempt. Only the last
 * attempt of a record is replayed, and only while it is in quarantine, so running it twice changes nothing. Other pipelines
 * that read the topic pass over it.
 *
 * @param selected ids or positions of entries; all when undefined.
 */
export async function replayQuarantine(
  log: Log,
  pipeline: Pipeline,
  selected: ReadonlySet<string> | undefined,
): Promise<Replayed> {
  const attempts = new Map<string, QuarantineEntry[]>();
  for await (const entry of listQuarantine(log, pipeline)) {
    const known = attempts.get(entry.original);
    if (known === undefined) attempts.set(entry.original, [entry]);
    else known.push(entry);
  }
  const replays = await countReplays(log, pipeline);
  let replayed = 0;
  let skipped = 0;
  for (const [original, entries] of attempts) {
    const last = entries.at(-1)!;
    if (
      selected !== undefined &&
      !entries.some((entry) => selected.has(entry.id) || selected.has(entry.position))
    )
      continue;
    // The first attempt is no replay: as many replays as quarantined attempts means that the last one ended elsewhere.
    if ((replays.get(original) ?? 0) >= entries.length) {
      skipped++;
      continue;
    }
    await log.append(parsePosition(last.position)!.topic, [
      {
        value: Buffer.from(last.bytes, "base64"),
        headers: { [headers.replayOf]: original, [headers.replayFor]: pipeline.name },
      },
    ]);
    replayed++;
  }
  return { replayed, skipped };
}

async function countReplays(log: Log, pipeline: Pipeline): Promise<ReadonlyMap<string, number>> {
  const replays = new Map<string, number>();
  for (const topic of pipeline.from)
    for await (const message of log.scan(topic)) {
      const original = message.headers[headers.replayOf];
      if (original !== undefined && isFor(pipeline.name, message))
        replays.set(original, (replays.get(original) ?? 0) + 1);
    }
  return replays;
}
