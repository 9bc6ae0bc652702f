import { emptyLedger, type Ledger, type StageLedger } from "../core/ledger.ts";
import type { Pipeline } from "../core/pipeline.ts";
import { outputTopics } from "../core/pipeline.ts";
import type { Output } from "../log/log.ts";
import type { Work } from "./work.ts";

type Counts = { -readonly [K in keyof Ledger]: Ledger[K] };
type StageCounts = { -readonly [K in keyof StageLedger]: StageLedger[K] };

/**
 * The account of one chunk. What was received is counted from the messages read, what was curated, rejected and quarantined
 * from the messages to be written, so that the two sides can disagree.
 */
export function accountFor(
  pipeline: Pipeline,
  work: Work,
  outputs: readonly Output[],
  orphaned: ReadonlyMap<number, number>,
): Ledger {
  const ledger: Counts = emptyLedger(pipeline.stages.map((stage) => stage.id));
  ledger.received = work.items.length;
  const topics = outputTopics(pipeline);
  for (const { topic } of outputs) {
    if (topic === topics.curated) ledger.curated++;
    else if (topic === topics.rejected) ledger.rejected++;
    else if (topic === topics.quarantine) ledger.quarantined++;
  }
  ledger.stages = pipeline.stages.map((stage, index) =>
    stageAccount(stage.id, index, work, orphaned.get(index) ?? 0),
  );
  return ledger;
}

function stageAccount(id: string, index: number, work: Work, orphaned: number): StageLedger {
  const counts: StageCounts = { id, in: 0, kept: 0, dropped: 0, quarantined: 0, reasons: {}, orphaned };
  const reasons = new Map<string, number>();
  for (const { fate } of work.items) {
    if (fate !== undefined && fate.stage < index) continue;
    counts.in++;
    if (fate === undefined || fate.stage > index) counts.kept++;
    else if (fate.kind === "quarantined") counts.quarantined++;
    else {
      counts.dropped++;
      // Once a record, however often the code applies to it: the counts are of drops.
      for (const code of new Set(fate.reasons.map((reason) => reason.code)))
        reasons.set(code, (reasons.get(code) ?? 0) + 1);
    }
  }
  return { ...counts, reasons: Object.fromEntries(reasons) };
}
