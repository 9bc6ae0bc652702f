import { countOf, formatCount } from "../../render/numbers.ts";
import type { PipelineReport } from "../read-topic-report.ts";
import { funnelChart, funnelTable } from "./funnel-chart.ts";
import { type Html, html } from "./html.ts";
import { section } from "./section.ts";

export function funnelSection(pipelines: readonly PipelineReport[]): Html | undefined {
  if (pipelines.length === 0) return undefined;
  return section(
    "funnel",
    "Funnel",
    "What every stage kept, dropped and could not judge, of all records received, as of the last commit. A record counts for each reason it was dropped for.",
    html`<div class="${pipelines.length === 1 ? "one" : "columns"}">${pipelines.map((pipeline) => funnel(pipeline, pipelines.length > 1))}</div>`,
  );
}

function funnel(pipeline: PipelineReport, named: boolean): Html {
  const { name, from, ledger } = pipeline;
  if (ledger.received === 0) return html`<p class="note">${name} has received nothing yet.</p>`;
  const notes = [
    `${formatCount(ledger.received)} records from ${from.join(", ")}`,
    ...(ledger.copies > 0
      ? [`${countOf(ledger.copies, "copy", "copies")} of curated ones in further topics`]
      : []),
    ...(ledger.inFlight > 0 ? [`${formatCount(ledger.inFlight)} in flight`] : []),
  ];
  return html`<div class="${named ? "stacked" : "columns"}">
<div>${named ? html`<h3>${name}</h3>` : undefined}<p class="note">${notes.join("; ")}</p>${funnelChart(pipeline)}</div>
${funnelTable(pipeline)}</div>`;
}
