import { formatCount, formatShare } from "../../render/numbers.ts";
import type { TopicReport } from "../read-topic-report.ts";
import { formatDifference } from "./difference.ts";
import { type Html, html } from "./html.ts";

/** What a set amounts to, in a few numbers; of two sets, side by side with what differs. */
export function overviewSection(sets: readonly TopicReport[]): Html {
  const [first, second] = sets;
  return second === undefined ? tiles(first!) : comparison(first!, second);
}

function tiles({ records, unreadable, pipeline }: TopicReport): Html {
  if (pipeline === undefined)
    return html`<dl class="tiles">${tile("records", records)}${unreadable > 0 ? tile("no records", unreadable) : undefined}</dl>`;
  const { received, curated, rejected, quarantined } = pipeline.ledger;
  return html`<dl class="tiles">
${tile("received", received)}${tile("curated", curated, received)}${tile("rejected", rejected, received)}${tile("quarantined", quarantined, received)}
</dl>`;
}

function tile(name: string, count: number, of?: number): Html {
  const share = of === undefined ? undefined : html`<small>${formatShare(count, of)}</small>`;
  return html`<div><dt>${name}</dt><dd>${formatCount(count)}${share}</dd></div>`;
}

interface Measure {
  readonly name: string;
  readonly of: (set: TopicReport) => number | undefined;
  readonly kind: "count" | "share";
}

const measures: readonly Measure[] = [
  { name: "records", kind: "count", of: ({ records }) => records },
  {
    name: "curated, of those its pipeline received",
    kind: "share",
    of: ({ pipeline }) => pipeline && pipeline.ledger.curated / pipeline.ledger.received,
  },
  { name: "instruction: median characters", kind: "count", of: (set) => set.instructions.statistics?.median },
  { name: "instruction: mean characters", kind: "count", of: (set) => set.instructions.statistics?.mean },
  { name: "records with a response", kind: "share", of: (set) => set.responses.texts / set.records },
  { name: "response: median characters", kind: "count", of: (set) => set.responses.statistics?.median },
  { name: "response: mean characters", kind: "count", of: (set) => set.responses.statistics?.mean },
];

function comparison(first: TopicReport, second: TopicReport): Html {
  const rows = measures
    .map(({ name, kind, of }) => ({ name, kind, values: [of(first), of(second)] as const }))
    .filter(({ values }) => values.some((value) => value !== undefined && value > 0));
  return html`<div class="scroll"><table class="compare">
<thead><tr><th scope="col"></th><th scope="col"><span class="key first"></span>${first.topic}</th><th scope="col"><span class="key second"></span>${second.topic}</th><th scope="col">difference</th></tr></thead>
<tbody>${rows.map(
    ({
      name,
      kind,
      values,
    }) => html`<tr><th scope="row">${name}</th>${values.map((value) => html`<td>${format(value, kind)}</td>`)}<td>${formatDifference(values[0], values[1], kind)}</td></tr>
`,
  )}</tbody></table></div>`;
}

function format(value: number | undefined, kind: Measure["kind"]): string {
  if (value === undefined || Number.isNaN(value)) return "–";
  return kind === "share" ? formatShare(value, 1) : formatCount(Math.round(value));
}
