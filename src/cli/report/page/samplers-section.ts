import { countOf, formatCount, formatShare } from "../../render/numbers.ts";
import type { PipelineReport } from "../read-topic-report.ts";
import type { SamplerSettings, SettingCell } from "../sampler-settings.ts";
import { formatDifference } from "./difference.ts";
import { heatGrid } from "./heat-grid.ts";
import { type Html, html } from "./html.ts";
import { section } from "./section.ts";

/** Nothing when no record says how it was sampled. */
export function samplersSection(pipelines: readonly PipelineReport[]): Html | undefined {
  const known = pipelines.filter(({ samplers }) => samplers.cells.length > 0);
  if (known.length === 0) return undefined;
  const all = known.flatMap(({ samplers }) => samplers.cells);
  return section(
    "samplers",
    "Acceptance by sampler setting",
    "The share of records that were curated, by the temperature and top_p they were sampled with. Records in quarantine are not counted.",
    known.length === 1
      ? html`<div class="columns">${grid(known[0]!, all, false)}${table(known)}</div>`
      : html`<div class="columns">${known.map((pipeline) => grid(pipeline, all, true))}</div>${table(known)}`,
  );
}

function grid(pipeline: PipelineReport, all: readonly SettingCell[], named: boolean): Html {
  const { name, samplers } = pipeline;
  return html`<div>${named ? html`<h3>${name}</h3>` : undefined}${heatGrid(name, samplers, all)}${leftOut(samplers)}</div>`;
}

function leftOut({ unknown, others }: SamplerSettings): Html | undefined {
  const parts = [
    ...(unknown.received > 0 ? [`${countOf(unknown.received, "record")} without settings`] : []),
    ...(others.received > 0 ? [`${countOf(others.received, "record")} with further settings`] : []),
  ];
  return parts.length === 0 ? undefined : html`<p class="note">Left out: ${parts.join(", ")}.</p>`;
}

function table(pipelines: readonly PipelineReport[]): Html {
  const cells = new Map(
    pipelines.flatMap(({ samplers }) =>
      samplers.cells.map((cell) => [`${cell.temperature} ${cell.topP}`, cell] as const),
    ),
  );
  const rows = [...cells.values()].map(({ temperature, topP }) => {
    const found = pipelines.map(({ samplers }) =>
      samplers.cells.find((cell) => cell.temperature === temperature && cell.topP === topP),
    );
    const shares = found.map((cell) => cell && cell.curated / cell.received);
    const difference =
      pipelines.length > 1 ? html`<td>${formatDifference(shares[0], shares[1], "share")}</td>` : undefined;
    return html`<tr><th scope="row">${temperature ?? "–"}</th><td>${topP ?? "–"}</td>${found.map((cell) => (cell === undefined ? html`<td>–</td><td>–</td>` : html`<td>${formatCount(cell.received)}</td><td>${formatShare(cell.curated, cell.received)}</td>`))}${difference}</tr>
`;
  });
  const titles = pipelines.map(({ name }) => {
    const of = pipelines.length > 1 ? `${name}: ` : "";
    return html`<th scope="col">${of}records</th><th scope="col">${of}curated</th>`;
  });
  const last = pipelines.length > 1 ? html`<th scope="col">difference</th>` : undefined;
  return html`<div class="scroll"><table><thead><tr><th scope="col">temperature</th><th scope="col">top_p</th>${titles}${last}</tr></thead><tbody>${rows}</tbody></table></div>`;
}
