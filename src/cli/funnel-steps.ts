import type { Ledger, StageLedger } from "../core/ledger.ts";

/** A step of a funnel: a stage, or the reading before all stages. */
export interface FunnelStep extends Omit<StageLedger, "reasons"> {
  /** The most frequent first. */
  readonly reasons: readonly (readonly [code: string, records: number])[];
}

/** What records went through, in order; with the step `read` where some were no records and reached no stage. */
export function funnelSteps({
  received,
  quarantined,
  stages,
}: Pick<Ledger, "received" | "quarantined" | "stages">): readonly FunnelStep[] {
  const unread = quarantined - stages.reduce((sum, stage) => sum + stage.quarantined, 0);
  const read = { id: "read", in: received, kept: received - unread, dropped: 0, quarantined: unread };
  return [
    ...(unread > 0 ? [{ ...read, reasons: [], orphaned: 0 }] : []),
    ...stages.map((stage) => ({ ...stage, reasons: mostFrequentFirst(stage.reasons) })),
  ];
}

function mostFrequentFirst(reasons: StageLedger["reasons"]): readonly [string, number][] {
  return Object.entries(reasons).sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1));
}
