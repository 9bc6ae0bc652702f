import type { Ledger, StageLedger } from "../../core/ledger.ts";
import { renderBar } from "./bar.ts";
import { formatCount, formatShare } from "./numbers.ts";
import type { Style } from "./style.ts";
import { type Column, renderTable } from "./table.ts";
import { padStart } from "./text.ts";

const barWidth = 16;

const columns: readonly Column[] = [
  { title: "stage", align: "left" },
  { title: "in", align: "right" },
  { title: "kept", align: "right" },
  { title: "dropped", align: "right" },
  { title: "quarantined", align: "right" },
  { title: "of received", align: "left" },
];

/** A pipeline's account as a funnel: what each stage kept and why it dropped the rest. */
export function renderFunnel(pipeline: string, ledger: Ledger, style: Style): readonly string[] {
  const unread = ledger.quarantined - ledger.stages.reduce((sum, stage) => sum + stage.quarantined, 0);
  const rows = [
    ...(unread > 0 ? [readRow(unread, ledger, style)] : []),
    ...ledger.stages.flatMap((stage) => stageRows(stage, ledger.received, style)),
  ];
  const table = renderTable(columns, rows).map((line, i) => `  ${i === 0 ? style.dim(line) : line}`);
  return [renderTotals(pipeline, ledger, style), ...(rows.length === 0 ? [] : table)];
}

/** One line: `instructions  4,652 received = 3,100 curated + 1,500 rejected + 52 quarantined`. */
export function renderTotals(pipeline: string, ledger: Omit<Ledger, "stages">, style: Style): string {
  const quarantined = `${formatCount(ledger.quarantined)} quarantined`;
  return [
    `${style.bold(pipeline)}  ${formatCount(ledger.received)} received =`,
    style.green(`${formatCount(ledger.curated)} curated`),
    `+ ${formatCount(ledger.rejected)} rejected`,
    `+ ${ledger.quarantined > 0 ? style.red(quarantined) : quarantined}`,
  ].join(" ");
}

/** Records whose bytes no reader understood: they reached no stage. */
function readRow(unread: number, ledger: Ledger, style: Style): readonly string[] {
  const kept = ledger.received - unread;
  return row("read", ledger.received, kept, 0, unread, ledger.received, style);
}

function stageRows(stage: StageLedger, received: number, style: Style): readonly (readonly string[])[] {
  const reasons = Object.entries(stage.reasons).sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1));
  return [
    row(stage.id, stage.in, stage.kept, stage.dropped, stage.quarantined, received, style),
    ...reasons.map(([code, count]) => [style.dim(`  ${code}`), "", "", style.dim(formatCount(count))]),
    ...(stage.orphaned > 0
      ? [[style.dim("  of a record dropped later"), "", "", style.dim(formatCount(stage.orphaned))]]
      : []),
  ];
}

function row(
  name: string,
  entered: number,
  kept: number,
  dropped: number,
  quarantined: number,
  received: number,
  style: Style,
): readonly string[] {
  const share = received === 0 ? 0 : kept / received;
  return [
    name,
    formatCount(entered),
    formatCount(kept),
    formatCount(dropped),
    quarantined > 0 ? style.red(formatCount(quarantined)) : "0",
    `${style.cyan(renderBar(share, barWidth))} ${padStart(formatShare(kept, received), 8)}`,
  ];
}
