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
  /** Those of its items that this segment could not judge: index of the stage, -1 for what is no record, and the error's code. */
  readonly quarantined: readonly { readonly stage: number; readonly code: string }[];
  /** Stream time after the last item; undefined when there is none. */
  readonly streamTime: number | undefined;
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
  for (const item of work.items) {
    const why = refusals.whyRefused(item.source);
    if (why !== undefined && item.fate?.kind !== "settled")
      quarantine(item, segment.end - 1, "MGP_LOG_REFUSED", why, 1);
    writeItem(item, segment, writer, outputs);
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
    quarantined: work.items.flatMap(({ fate }) =>
      fate?.kind === "quarantined" ? { stage: fate.stage, code: fate.code } : [],
    ),
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
