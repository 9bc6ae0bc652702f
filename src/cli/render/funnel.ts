import type { Ledger } from "../../core/ledger.ts";
import { type FunnelStep, funnelSteps } from "../funnel-steps.ts";
import { renderBar } from "./bar.ts";
import { countOf, formatCount, formatShare } from "./numbers.ts";
import type { Style } from "./style.ts";
import { type Column, renderTable } from "./table.ts";
import { displayWidth, padStart } from "./text.ts";

const widestBar = 16;
const narrowestBar = 4;

const counts: readonly Column[] = [
  { title: "stage", align: "left" },
  { title: "in", align: "right" },
  { title: "kept", align: "right" },
  { title: "dropped", align: "right" },
];
const quarantined: Column = { title: "quarantined", align: "right" };

/**
 * A pipeline's account as a funnel: what each stage kept and why it dropped the rest. Where `width` is short, first the
 * bars give way, then the column of what nothing is in.
 */
export function renderFunnel(
  pipeline: string,
  ledger: Account,
  width: number,
  style: Style,
): readonly string[] {
  const rows = funnelRows(ledger, style);
  const totals = renderTotals(pipeline, ledger, style);
  if (rows.length === 0) return [totals];
  const widest = tableWithBars(rows, widestBar, style);
  const barWidth = widestBar - Math.max(0, ...widest.map((line) => displayWidth(line) - width));
  if (barWidth === widestBar) return [totals, ...widest];
  if (barWidth >= narrowestBar) return [totals, ...tableWithBars(rows, barWidth, style)];
  return [totals, ...tableWithoutBars(rows, ledger, style)];
}

/** A ledger as people need it. */
type Account = Omit<Ledger, "forwarded" | "resumed">;

interface FunnelRow {
  /** Cells of the columns `counts`; those left out are empty. */
  readonly counts: readonly string[];
  readonly quarantined?: string;
  readonly share?: { readonly kept: number; readonly received: number };
}

function tableWithBars(rows: readonly FunnelRow[], barWidth: number, style: Style): readonly string[] {
  const cells = rows.map((row) => [
    ...allCounts(row),
    row.quarantined ?? "",
    barAndShare(row, barWidth, style),
  ]);
  return indented(
    renderTable([...counts, quarantined, { title: "of received", align: "left" }], cells),
    style,
  );
}

function tableWithoutBars(rows: readonly FunnelRow[], ledger: Account, style: Style): readonly string[] {
  const shown = ledger.quarantined > 0;
  const cells = rows.map((row) => [
    ...allCounts(row),
    ...(shown ? [row.quarantined ?? ""] : []),
    row.share === undefined ? "" : formatShare(row.share.kept, row.share.received),
  ]);
  const columns = [...counts, ...(shown ? [quarantined] : [])];
  return indented(renderTable([...columns, { title: "share", align: "right" }], cells), style);
}

function indented([header = "", ...lines]: readonly string[], style: Style): readonly string[] {
  return [`  ${style.dim(header)}`, ...lines.map((line) => `  ${line}`)];
}

function allCounts(row: FunnelRow): readonly string[] {
  return counts.map((_, i) => row.counts[i] ?? "");
}

function barAndShare({ share }: FunnelRow, barWidth: number, style: Style): string {
  if (share === undefined) return "";
  const { kept, received } = share;
  const bar = renderBar(received === 0 ? 0 : kept / received, barWidth);
  return `${style.cyan(bar)} ${padStart(formatShare(kept, received), 8)}`;
}

/** One line: `instructions  4,652 received = 3,100 curated + 1,500 rejected + 52 quarantined`. */
export function renderTotals(pipeline: string, ledger: Omit<Account, "stages">, style: Style): string {
  const quarantined = `${formatCount(ledger.quarantined)} quarantined`;
  const copies = ledger.copies === 0 ? "" : ` (and ${countOf(ledger.copies, "copy", "copies")})`;
  return [
    `${style.bold(pipeline)}  ${formatCount(ledger.received)} received =`,
    `${style.green(`${formatCount(ledger.curated)} curated`)}${copies}`,
    `+ ${formatCount(ledger.rejected)} rejected`,
    `+ ${ledger.quarantined > 0 ? style.red(quarantined) : quarantined}`,
  ].join(" ");
}

function funnelRows(ledger: Account, style: Style): readonly FunnelRow[] {
  return funnelSteps(ledger).flatMap((step) => stepRows(step, ledger.received, style));
}

function stepRows(step: FunnelStep, received: number, style: Style): readonly FunnelRow[] {
  const { id, in: entered, kept, dropped, quarantined: failed, reasons, orphaned } = step;
  const detail = (name: string, count: number): FunnelRow => ({
    counts: [style.dim(`  ${name}`), "", "", style.dim(formatCount(count))],
  });
  return [
    {
      counts: [id, formatCount(entered), formatCount(kept), formatCount(dropped)],
      quarantined: failed > 0 ? style.red(formatCount(failed)) : "0",
      share: { kept, received },
    },
    ...reasons.map(([code, count]) => detail(code, count)),
    ...(orphaned > 0 ? [detail("of a record dropped later", orphaned)] : []),
  ];
}
