import { messageOf } from "../core/errors.ts";
import type { Ledger } from "../core/ledger.ts";
import type { Pipeline } from "../core/pipeline.ts";
import type { PipelineSegment } from "../core/segments.ts";
import type { Output } from "../log/log.ts";
import { accountFor } from "./account.ts";
import type { Orphans } from "./orphans.ts";
import type { ItemWriter } from "./outputs.ts";
import type { Refusals } from "./refusals.ts";
import { type Item, quarantine, type Work } from "./work.ts";

/**
 * Work whose every item has its fate: in order, accounted for and ready to commit. Its records are not in it: they would
 * stay in memory until the commit, for nothing.
 */
export interface Finished extends Pick<Work, "sequence" | "records" | "bytes" | "ends" | "writes"> {
  readonly outputs: readonly Output[];
  readonly ledger: Ledger;
  /** Those of its items that this segment could not judge. */
  readonly quarantined: readonly QuarantinedItem[];
  /** Bytes of the items that a stage of this segment dropped, by index of the stage; the last is the routes'. */
  readonly droppedBytes: Float64Array;
  /** Stream time after the last item; undefined when there is none. */
  readonly streamTime: number | undefined;
}

export interface QuarantinedItem {
  /** Index of the stage; -1 for what is no record. */
  readonly stage: number;
  readonly code: string;
  readonly bytes: number;
}

/** Writes the outputs of work whose stages are done. Must see work in log order. */
export function finish(
  pipeline: Pipeline,
  segment: PipelineSegment,
  work: Work,
  writer: ItemWriter,
  orphans: Orphans,
  refusals: Refusals,
): Finished {
  const outputs: Output[] = [];
  const quarantined: QuarantinedItem[] = [];
  const droppedBytes = new Float64Array(pipeline.stages.length + 1);
  for (const item of work.items) {
    const why = refusals.whyRefused(item.source);
    if (why !== undefined && item.fate?.kind !== "settled")
      quarantine(item, segment.end - 1, "MGP_LOG_REFUSED", why, 1);
    writeItem(item, segment, writer, outputs);
    const { fate, bytes } = item;
    if (fate?.kind === "rejected") droppedBytes[fate.stage]! += bytes.byteLength;
    else if (fate?.kind === "quarantined")
      quarantined.push({ stage: fate.stage, code: fate.code, bytes: bytes.byteLength });
  }
  const orphaned = orphans.count(work);
  return {
    sequence: work.sequence,
    records: work.records,
    bytes: work.bytes,
    ends: work.ends,
    writes: work.writes,
    outputs,
    ledger: accountFor(pipeline, segment, work, outputs, orphaned),
    quarantined,
    droppedBytes,
    streamTime: work.items.at(-1)?.streamTime,
  };
}

/**
 * A plugin that changed a record in place, against its contract, was checked by nobody: what JSON cannot carry shows here,
 * and costs that record only.
 */
function writeItem(item: Item, segment: PipelineSegment, writer: ItemWriter, outputs: Output[]): void {
  try {
    writer.write(item, outputs);
  } catch (error) {
    const message = `the record cannot be written as JSON: ${messageOf(error)}`;
    quarantine(item, segment.end - 1, "MGP_PLUGIN_RESULT", message, 1);
    writer.write(item, outputs);
  }
}
