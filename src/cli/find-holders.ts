import { holderId, holderPosition } from "../core/holder.ts";
import type { Pipeline } from "../core/pipeline.ts";
import { parsePosition } from "../core/position.ts";
import type { MagpieRecord } from "../core/record.ts";
import type { Log } from "../log/log.ts";
import { type OutputKind, readOutputs } from "../runtime/read-outputs.ts";
import type { PlanEntry } from "../runtime/read-plans.ts";
import { messageAt } from "./message-at.ts";
import { readableRecord } from "./readable-record.ts";

/** A record that a duplicate duplicates. */
export interface Holder {
  readonly position: string;
  readonly id: string;
  /** What became of it in the same pipeline; left out when no output of it is retained. */
  readonly outcome?: OutputKind;
  /** As the pipeline left it, else as it was read; left out when neither is retained. */
  readonly record?: MagpieRecord;
}

/** The holders that reasons of a pipeline point at, by their reference: `topic/partition/offset id`. */
export async function findHolders(
  log: Log,
  pipeline: Pipeline,
  plans: readonly PlanEntry[],
  refs: ReadonlySet<string>,
): Promise<ReadonlyMap<string, Holder>> {
  const judged = await findJudged(log, pipeline, plans, new Set([...refs].map(holderPosition)));
  const holders = new Map<string, Holder>();
  for (const ref of refs) {
    const position = holderPosition(ref);
    const outcome = judged.get(position)?.outcome;
    const record = judged.get(position)?.record ?? (await recordAt(log, position));
    holders.set(ref, {
      position,
      id: holderId(ref),
      ...(outcome === undefined ? {} : { outcome }),
      ...(record === undefined ? {} : { record }),
    });
  }
  return holders;
}

/** An input of a pipeline as its stages left it: what a stateful stage has compared is no longer what was read. */
interface Judged {
  readonly outcome: OutputKind;
  readonly record: MagpieRecord | undefined;
}

async function findJudged(
  log: Log,
  pipeline: Pipeline,
  plans: readonly PlanEntry[],
  sources: ReadonlySet<string>,
): Promise<ReadonlyMap<string, Judged>> {
  const judged = new Map<string, Judged>();
  if (sources.size === 0) return judged;
  for await (const { kind, source, message } of readOutputs(log, pipeline, plans))
    if (sources.has(source))
      judged.set(source, {
        outcome: kind,
        record: kind === "quarantined" ? undefined : readableRecord(message.value, message.position),
      });
  return judged;
}

async function recordAt(log: Log, place: string): Promise<MagpieRecord | undefined> {
  const position = parsePosition(place);
  const message = position === undefined ? undefined : await messageAt(log, position);
  return message && readableRecord(message.value, message.position);
}
