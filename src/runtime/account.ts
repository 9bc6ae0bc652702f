import { addTokens, emptyLedger, emptyStage, type Ledger, type StageLedger } from "../core/ledger.ts";
import { curatedTopics, ledgerStages, type Pipeline, sideTopics } from "../core/pipeline.ts";
import type { PipelineSegment } from "../core/segments.ts";
import { headers, type Output } from "../log/log.ts";
import type { Work } from "./work.ts";

type Counts = { -readonly [K in keyof Ledger]: Ledger[K] };
type StageCounts = { -readonly [K in keyof StageLedger]: StageLedger[K] };

/**
 * The account of one chunk. What was received is counted from the messages read, what was curated, rejected and quarantined
 * from the messages to be written, so that the two sides can disagree. The messages of one record follow each other: those
 * after its first are copies.
 */
export function accountFor(
  pipeline: Pipeline,
  segment: PipelineSegment,
  work: Work,
  outputs: readonly Output[],
  orphaned: ReadonlyMap<number, number>,
): Ledger {
  const ids = ledgerStages(pipeline);
  const ledger: Counts = emptyLedger(ids);
  if (segment.resumes) ledger.resumed = work.items.length;
  else ledger.received = work.items.length;
  const curated = new Set(curatedTopics(pipeline));
  const { rejected, quarantine } = sideTopics(pipeline.name);
  let last: string | undefined;
  for (const { topic, headers: given } of outputs) {
    if (topic === rejected) ledger.rejected++;
    else if (topic === quarantine) ledger.quarantined++;
    else if (topic === segment.into?.name) ledger.forwarded++;
    else if (curated.has(topic)) {
      const source = given?.[headers.source];
      if (source === last) ledger.copies++;
      else ledger.curated++;
      last = source;
    }
  }
  const isOwn = (index: number) =>
    index >= segment.first && (index < segment.end || segment.into === undefined);
  ledger.stages = ids.map((id, index) =>
    isOwn(index) ? stageAccount(id, index, work, orphaned.get(index) ?? 0) : emptyStage(id),
  );
  return ledger;
}

function stageAccount(id: string, index: number, work: Work, orphaned: number): StageLedger {
  const counts: StageCounts = { id, in: 0, kept: 0, dropped: 0, quarantined: 0, reasons: {}, orphaned };
  const reasons = new Map<string, number>();
  for (const { fate, modelUse } of work.items) {
    const use = modelUse?.get(index);
    if (use !== undefined) counts.tokens = addTokens(counts.tokens, use.tokens);
    if (use?.modelMs !== undefined) counts.modelMs = (counts.modelMs ?? 0) + use.modelMs;
    if (fate !== undefined && fate.stage < index) continue;
    counts.in++;
    if (fate === undefined || fate.stage > index) counts.kept++;
    else if (fate.kind === "quarantined") counts.quarantined++;
    else if (fate.kind === "rejected") {
      counts.dropped++;
      // Once a record, however often the code applies to it: the counts are of drops.
      for (const code of new Set(fate.reasons.map((reason) => reason.code)))
        reasons.set(code, (reasons.get(code) ?? 0) + 1);
    }
  }
  return { ...counts, reasons: Object.fromEntries(reasons) };
}
