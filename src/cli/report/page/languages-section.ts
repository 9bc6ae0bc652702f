import { countOf, formatCount, formatShare } from "../../render/numbers.ts";
import type { TopicReport } from "../read-topic-report.ts";
import { formatDifference } from "./difference.ts";
import { type Html, html } from "./html.ts";
import { percent } from "./percent.ts";
import { section } from "./section.ts";

const mostRows = 12;
const names = new Intl.DisplayNames(["en"], { type: "language" });

/** Nothing when no record says its language. */
export function languagesSection(sets: readonly TopicReport[]): Html | undefined {
  const known = [
    ...new Set(sets.flatMap(({ languages }) => languages.counts.map(({ language }) => language))),
  ];
  if (known.length === 0) return undefined;
  const shown = known
    .map((language) => ({ language, shares: sets.map((set) => shareIn(set, language)) }))
    .sort((a, b) => largest(b.shares) - largest(a.shares))
    .slice(0, mostRows);
  const more =
    known.length > shown.length
      ? ` ${countOf(known.length - shown.length, "further language")} not shown.`
      : "";
  const untagged = sets.flatMap(({ topic, records, languages }) =>
    languages.untagged > 0 && languages.untagged < records
      ? [` ${countOf(languages.untagged, "record")} of ${topic} without.`]
      : [],
  );
  return section(
    "languages",
    "Languages",
    `By the tag that the plugin language gives.${more}${untagged.join("")}`,
    html`<div class="scroll"><table class="languages">${sets.length > 1 ? heading(sets) : undefined}
<tbody>${shown.map(({ language, shares }) => row(language, shares, sets))}</tbody></table></div>`,
  );
}

function heading(sets: readonly TopicReport[]): Html {
  return html`<thead><tr><th scope="col">language</th><th scope="col"></th>${sets.map(({ topic }, i) => html`<th scope="col"><span class="key ${i === 0 ? "first" : "second"}"></span>${topic}</th>`)}<th scope="col">difference</th></tr></thead>`;
}

/** @param shares undefined for a set whose records do not say their language. */
function row(language: string, shares: readonly (number | undefined)[], sets: readonly TopicReport[]): Html {
  const bars = shares.map(
    (share, i) =>
      html`<rect class="${i === 0 ? "first" : "second-fill"}" y="${i * 8}" width="${percent(share ?? 0, 1)}" height="7" rx="2"/>`,
  );
  const cells = sets.map((set, i) => {
    const share = shares[i];
    if (share === undefined) return html`<td>–</td>`;
    return html`<td>${formatCount(countIn(set, language))} <small>${formatShare(share, 1)}</small></td>`;
  });
  const difference =
    sets.length > 1 ? html`<td>${formatDifference(shares[0], shares[1], "share")}</td>` : undefined;
  return html`<tr><th scope="row">${nameOf(language)} <small>${language}</small></th><td class="wide"><svg class="bar" aria-hidden="true" width="100%" height="${8 * shares.length}">${bars}</svg></td>${cells}${difference}</tr>
`;
}

function largest(shares: readonly (number | undefined)[]): number {
  return Math.max(...shares.map((share) => share ?? 0));
}

function shareIn(set: TopicReport, language: string): number | undefined {
  const tagged = set.languages.counts.length > 0;
  return tagged ? countIn(set, language) / set.records : undefined;
}

function countIn({ languages }: TopicReport, language: string): number {
  return languages.counts.find((count) => count.language === language)?.records ?? 0;
}

/** A tag may hold anything. */
function nameOf(language: string): string {
  if (language === "und") return "undetermined";
  return /^[a-z]{2,3}$/.test(language) ? (names.of(language) ?? language) : language;
}
