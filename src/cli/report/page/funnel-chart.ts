import { type FunnelStep, funnelSteps } from "../../funnel-steps.ts";
import { formatCount, formatShare } from "../../render/numbers.ts";
import type { PipelineReport } from "../read-topic-report.ts";
import { type Html, html } from "./html.ts";
import { percent } from "./percent.ts";

const rowHeight = 42;

/** A bar for every step: what it kept, dropped and could not judge, of all that was received. */
export function funnelChart({ name, ledger }: PipelineReport): Html {
  const steps = funnelSteps(ledger);
  const rows = steps.map((step, i) => stepRow(step, i * rowHeight, ledger.received));
  return html`<svg class="chart" role="img" width="100%" height="${steps.length * rowHeight}">
<title>The funnel of ${name}: of ${formatCount(ledger.received)} records, ${formatCount(ledger.curated)} were curated.</title>
${rows}</svg>`;
}

function stepRow(step: FunnelStep, top: number, received: number): Html {
  const { id, kept, dropped, quarantined } = step;
  const losses = [
    ...(dropped > 0 ? [`−${formatCount(dropped)}`] : []),
    ...(quarantined > 0 ? [`${formatCount(quarantined)} quarantined`] : []),
  ];
  const bar = (what: "kept" | "dropped" | "quarantined", from: number) =>
    step[what] === 0
      ? undefined
      : html`<rect class="${what}" x="${percent(from, received)}" y="${top + 21}" width="${percent(step[what], received)}" height="10" rx="2"><title>${id}: ${formatCount(step[what])} ${what}</title></rect>`;
  return html`<text x="0" y="${top + 13}">${id}<tspan class="loss" dx="8">${losses.join(", ")}</tspan></text>
<text class="value" x="100%" y="${top + 13}" text-anchor="end">${formatCount(kept)}<tspan class="soft" dx="8">${formatShare(kept, received)}</tspan></text>
<rect class="track" x="0" y="${top + 21}" width="100%" height="10" rx="2"/>
${bar("kept", 0)}${bar("dropped", kept)}${bar("quarantined", kept + dropped)}`;
}

/** The same as a table, with every reason. */
export function funnelTable({ ledger }: PipelineReport): Html {
  const rows = funnelSteps(ledger).map(
    (
      step,
    ) => html`<tr><th scope="row">${step.id}</th><td>${formatCount(step.in)}</td><td>${formatCount(step.kept)}</td><td>${formatCount(step.dropped)}</td><td>${formatCount(step.quarantined)}</td><td>${formatShare(step.kept, ledger.received)}</td></tr>
${step.reasons.map(([code, records]) => detailRow(code, records))}${step.orphaned > 0 ? detailRow("of a record dropped later", step.orphaned) : undefined}`,
  );
  return html`<div class="scroll"><table>
<caption>every step, with the reasons of its drops</caption>
<thead><tr><th scope="col">stage</th><th scope="col">in</th><th scope="col">kept</th><th scope="col">dropped</th><th scope="col">quarantined</th><th scope="col">of received</th></tr></thead>
<tbody>${rows}</tbody></table></div>`;
}

function detailRow(name: string, records: number): Html {
  return html`<tr class="detail"><th scope="row">${name}</th><td></td><td></td><td>${formatCount(records)}</td><td></td><td></td></tr>
`;
}
