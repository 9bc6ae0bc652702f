import type { LedgerReport } from "../../runtime/read-ledger.ts";
import type { Style } from "./style.ts";

/** What an account leaves open, and where more is said. */
export function renderHints({ pipelines }: LedgerReport, style: Style): readonly string[] {
  const accounts = Object.entries(pipelines);
  const isDroppedForSeveral = accounts.some(([, { stages }]) =>
    stages.some(({ dropped, reasons }) => sum(Object.values(reasons)) > dropped),
  );
  const hints = [
    ...(isDroppedForSeveral ? ["A record may be dropped for several reasons."] : []),
    ...accounts.flatMap(([name, { quarantined }]) =>
      quarantined > 0 ? [`What failed, and why: magpie quarantine list --pipeline ${name}`] : [],
    ),
  ];
  return hints.length === 0 ? [] : ["", ...hints.map((hint) => style.dim(hint))];
}

function sum(counts: readonly number[]): number {
  return counts.reduce((total, count) => total + count, 0);
}
