import { countOf, formatCount } from "../../render/numbers.ts";
import type { Lengths } from "../lengths.ts";
import type { TopicReport } from "../read-topic-report.ts";
import { formatDifference } from "./difference.ts";
import { histogram } from "./histogram.ts";
import { type Html, html } from "./html.ts";
import { section } from "./section.ts";

export function lengthsSection(sets: readonly TopicReport[]): Html | undefined {
  const topics = sets.map(({ topic }) => topic);
  const parts = [
    { title: "Instructions", sets: sets.map((set) => set.instructions) },
    { title: "Responses", sets: sets.map((set) => set.responses) },
  ].filter((part) => part.sets.some(({ texts }) => texts > 0));
  if (parts.length === 0) return undefined;
  const key = topics.map(
    (topic, i) => html`<span class="key ${i === 0 ? "first" : "second"}"></span>${topic} `,
  );
  return section(
    "lengths",
    "Lengths",
    "In characters, over a logarithmic axis; the height is the share of the texts, the dashed line the median.",
    topics.length > 1 ? html`<p class="note">${key}</p>` : undefined,
    html`<div class="${parts.length > 1 ? "columns" : "one"}">${parts.map((part) => lengths(part.title, part.sets, topics, parts.length > 1))}</div>`,
  );
}

function lengths(title: string, sets: readonly Lengths[], topics: readonly string[], beside: boolean): Html {
  const [first, second] = sets;
  const missing = first!.missing === 0 ? "" : `; ${countOf(first!.missing, "record")} without`;
  const note =
    second === undefined ? html`<p class="note">${countOf(first!.texts, "text")}${missing}</p>` : undefined;
  return html`<div class="${beside ? "stacked" : "columns"}"><div><h3>${title}</h3>${note}
${histogram(`How long the ${title.toLowerCase()} of ${topics.join(" and ")} are`, sets)}</div>
${statisticsTable(sets, topics)}</div>`;
}

const statistics = [
  ["shortest", "least"],
  ["5 % are at most", "p5"],
  ["median", "median"],
  ["mean", "mean"],
  ["95 % are at most", "p95"],
  ["longest", "most"],
] as const;

function statisticsTable(sets: readonly Lengths[], topics: readonly string[]): Html {
  const rows = statistics.map(([name, key]) => {
    const values = sets.map((set) => set.statistics?.[key]);
    const cells = values.map(
      (value) => html`<td>${value === undefined ? "–" : formatCount(Math.round(value))}</td>`,
    );
    const difference =
      sets.length > 1 ? html`<td>${formatDifference(values[0], values[1], "count")}</td>` : undefined;
    return html`<tr><th scope="row">${name}</th>${cells}${difference}</tr>
`;
  });
  const head =
    topics.length > 1
      ? html`<thead><tr><th scope="col"></th>${topics.map((topic) => html`<th scope="col">${topic}</th>`)}<th scope="col">difference</th></tr></thead>`
      : undefined;
  return html`<div class="scroll"><table>${head}<tbody>${rows}</tbody></table></div>`;
}
