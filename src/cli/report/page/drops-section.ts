import { formatCount, formatShare } from "../../render/numbers.ts";
import type { DropGroup, DroppedText } from "../drops.ts";
import type { PipelineReport } from "../read-topic-report.ts";
import { formatDifference } from "./difference.ts";
import { type Html, html, recordText } from "./html.ts";
import { percent } from "./percent.ts";
import { section } from "./section.ts";

export function dropsSection(pipelines: readonly PipelineReport[]): Html | undefined {
  if (pipelines.every(({ drops }) => drops.length === 0)) return undefined;
  return section(
    "drops",
    "Why records were dropped",
    "Every reason with some of the texts it dropped, drawn by lot. Open one to read them.",
    pipelines.length > 1 ? comparison(pipelines) : undefined,
    pipelines.map((pipeline) => [
      pipelines.length > 1 ? html`<h3>${pipeline.name}</h3>` : undefined,
      pipeline.drops.map((group, i) => reason(group, pipeline, i === 0)),
    ]),
  );
}

function reason(group: DropGroup, { drops, ledger }: PipelineReport, open: boolean): Html {
  const { outcome, stage, code, records, examples } = group;
  const fill = outcome === "rejected" ? "dropped" : "quarantined";
  return html`<details class="reason"${open ? html` open` : undefined}>
<summary><span class="code">${code}</span> <span class="stage">${stage}</span>
<svg class="bar" aria-hidden="true" width="100%" height="8"><rect class="track" width="100%" height="8" rx="2"/><rect class="${fill}" width="${percent(records, drops[0]!.records)}" height="8" rx="2"/></svg>
<span class="count">${formatCount(records)} <small>${formatShare(records, ledger.received)}</small></span></summary>
<ul class="examples">${examples.map(example)}</ul>
</details>
`;
}

function example({ id, position, message, text }: DroppedText): Html {
  return html`<li><p class="text" dir="auto">${recordText(text)}</p><p class="why">${recordText(message)} <bdi class="place">${id === position ? position : [id, " · ", position]}</bdi></p></li>
`;
}

/** Shares of what each pipeline received. */
function comparison(pipelines: readonly PipelineReport[]): Html {
  const keys = [...new Set(pipelines.flatMap(({ drops }) => drops.map(keyOf)))];
  const rows = keys.map((key) => {
    const groups = pipelines.map(({ drops }) => drops.find((group) => keyOf(group) === key));
    const shares = groups.map((group, i) => (group?.records ?? 0) / pipelines[i]!.ledger.received);
    const { code, stage } = groups.find((group) => group !== undefined)!;
    return html`<tr><th scope="row">${code} <small>${stage}</small></th>${shares.map((share) => html`<td>${formatShare(share, 1)}</td>`)}<td>${formatDifference(shares[0], shares[1], "share")}</td></tr>
`;
  });
  return html`<div class="scroll"><table class="compare"><caption>Of what each pipeline received</caption>
<thead><tr><th scope="col">reason</th>${pipelines.map(({ name }, i) => html`<th scope="col"><span class="key ${i === 0 ? "first" : "second"}"></span>${name}</th>`)}<th scope="col">difference</th></tr></thead>
<tbody>${rows}</tbody></table></div>`;
}

function keyOf({ outcome, stage, code }: DropGroup): string {
  return `${outcome} ${stage} ${code}`;
}
