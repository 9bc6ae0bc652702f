import { formatCount } from "../../render/numbers.ts";
import { type Piece, wordDifference } from "../../word-difference.ts";
import type { Cluster, Duplicate } from "../duplicates.ts";
import type { PipelineReport } from "../read-topic-report.ts";
import { type Html, html, recordText } from "./html.ts";
import { section } from "./section.ts";

export function duplicatesSection(pipelines: readonly PipelineReport[]): Html | undefined {
  if (pipelines.every(({ duplicates }) => duplicates.clusters.length === 0)) return undefined;
  return section(
    "duplicates",
    "Duplicates",
    "The records that most others repeat, each beside some of what was dropped as its duplicate. Words that only one of two texts has are marked.",
    pipelines.map((pipeline) => [
      pipelines.length > 1 ? html`<h3>${pipeline.name}</h3>` : undefined,
      html`<p class="note">${holderCount(pipeline)}</p>`,
      pipeline.duplicates.clusters.map(cluster),
    ]),
  );
}

function holderCount({ duplicates: { holders, clusters } }: PipelineReport): string {
  const count = formatCount(holders.count);
  const noun = holders.count === 1 ? "record has" : "records have";
  const largest = holders.count > clusters.length ? `; the ${clusters.length} with most are shown` : "";
  return `${holders.exact ? count : `More than ${count}`} ${noun} duplicates${largest}.`;
}

function cluster({ id, position, outcome, text, records, members }: Cluster): Html {
  const fate = outcome === undefined ? undefined : html` <small>${outcome}</small>`;
  const same = members.filter((member) => member.text === text);
  const others = members.filter((member) => member.text !== text);
  return html`<article class="cluster">
<h4><span class="count">${formatCount(records)} ${records === 1 ? "duplicate" : "duplicates"}</span> of <bdi class="place">${id} · ${position}</bdi>${fate}</h4>
${same.length > 0 ? identical(same) : undefined}${others.map((member) => pair(text, member))}</article>
`;
}

function identical(same: readonly Duplicate[]): Html {
  return html`<div class="pair same"><div><p class="text" dir="auto">${recordText(same[0]!.text)}</p>
<p class="why">the same text: ${same.map((member, i) => [i > 0 ? ", " : "", origin(member)])}</p></div></div>`;
}

function pair(holder: string | undefined, member: Duplicate): Html {
  const { observed, text } = member;
  const seen = typeof observed === "number" ? `, observed ${Number(observed.toPrecision(3))}` : "";
  const why = html`<p class="why">${origin(member)}${seen}</p>`;
  if (holder === undefined)
    return html`<div class="pair"><p class="text lost">The text it repeats is no longer retained.</p><div><p class="text" dir="auto">${recordText(text)}</p>${why}</div></div>`;
  const [left, right] = wordDifference(holder, text);
  return html`<div class="pair"><p class="text" dir="auto">${left.map(piece)}</p><div><p class="text" dir="auto">${right.map(piece)}</p>${why}</div></div>
`;
}

function origin({ id, position, stage }: Duplicate): Html {
  return html`<bdi class="place">${id} · ${position}</bdi> by ${stage}`;
}

function piece({ text, differs }: Piece): Html {
  return differs ? html`<mark>${recordText(text)}</mark>` : recordText(text);
}
