import { formatCount, formatShare } from "../../render/numbers.ts";
import { binEdges, type Lengths } from "../lengths.ts";
import { type Html, html } from "./html.ts";
import { percent } from "./percent.ts";

const plotHeight = 140;
const axisHeight = 24;
/** Room above the tallest bar, for the line that names it. */
const top = 18;

/** How many texts are how long, over a logarithmic axis: one set as bars, a second as a line above them. */
export function histogram(title: string, sets: readonly Lengths[]): Html {
  const bins = sets.flatMap((set) => set.bins);
  const first = Math.min(...bins.map(({ from }) => from));
  const last = Math.max(...bins.map(({ from }) => from));
  const edges = binEdges.filter((edge) => edge >= first && edge <= last);
  const shares = sets.map((set) => edges.map((edge) => shareAt(set, edge)));
  const highest = Math.max(...shares.flat());
  const heights = shares.map((set) =>
    set.map((share) => Math.round((share / highest) * plotHeight * 10) / 10),
  );
  const base = top + plotHeight;
  const grid = gridShares(highest).map((share) => {
    const y = base - (share / highest) * plotHeight;
    return html`<line class="grid" x1="0" x2="100%" y1="${y.toFixed(1)}" y2="${y.toFixed(1)}"/><text class="soft" x="0" y="${(y - 4).toFixed(1)}">${Number((100 * share).toPrecision(2))} %</text>`;
  });
  const medians = sets.map((set, i) => medianLine(set, edges, base, i));
  return html`<svg class="chart" role="img" width="100%" height="${base + axisHeight}">
<title>${title}</title>
${grid}
${bars(sets[0]!, edges, heights[0]!, base)}
${heights[1] === undefined ? undefined : outline(heights[1], base)}
<line class="axis" x1="0" x2="100%" y1="${base}" y2="${base}"/>
${medians}${ticks(edges, base)}</svg>`;
}

function shareAt({ bins, texts }: Lengths, edge: number): number {
  return (bins.find(({ from }) => from === edge)?.texts ?? 0) / Math.max(1, texts);
}

function bars(
  set: Lengths,
  edges: readonly number[],
  heights: readonly number[],
  base: number,
): readonly Html[] {
  return set.bins.map(({ from, to, texts }) => {
    const i = edges.indexOf(from);
    const range =
      to === undefined ? `${formatCount(from)} or more` : `${formatCount(from)} to ${formatCount(to - 1)}`;
    return html`<rect class="first" x="${percent(i + 0.06, edges.length)}" y="${base - heights[i]!}" width="${percent(0.88, edges.length)}" height="${heights[i]!}" rx="1.5"><title>${range} characters: ${formatCount(texts)} (${formatShare(texts, set.texts)})</title></rect>`;
  });
}

/** Steps, as lines: only those take percentages. */
function outline(heights: readonly number[], base: number): readonly Html[] {
  const at = (i: number) => percent(i, heights.length);
  return [...heights, 0].map((height, i) => {
    const before = base - (heights[i - 1] ?? 0);
    const flat =
      i < heights.length
        ? html`<line class="second" x1="${at(i)}" x2="${at(i + 1)}" y1="${base - height}" y2="${base - height}"/>`
        : undefined;
    return html`<line class="second" x1="${at(i)}" x2="${at(i)}" y1="${before}" y2="${base - height}"/>${flat}`;
  });
}

function medianLine(
  { statistics }: Lengths,
  edges: readonly number[],
  base: number,
  i: number,
): Html | undefined {
  if (statistics === undefined) return undefined;
  const x = percent(placeOf(statistics.median, edges), edges.length);
  return html`<line class="${i === 0 ? "median" : "median second"}" x1="${x}" x2="${x}" y1="${top - 4}" y2="${base}"><title>median: ${formatCount(statistics.median)} characters</title></line>`;
}

/** Where a length lies among the bins: 1.5 is the middle of the second. */
function placeOf(length: number, edges: readonly number[]): number {
  const i = edges.findLastIndex((edge) => edge <= length);
  const [from, to] = [edges[i]!, edges[i + 1]];
  return i + (to === undefined ? 0.5 : (length - from) / (to - from));
}

/** Two or three round shares up to the highest. */
function gridShares(highest: number): readonly number[] {
  const magnitude = 10 ** Math.floor(Math.log10(highest / 2));
  const step = [5, 2, 1].map((factor) => factor * magnitude).find((size) => size * 2 <= highest)!;
  return Array.from({ length: Math.floor(highest / step + 1e-9) }, (_, i) => (i + 1) * step);
}

/** Lengths that are labelled: 1, 2 and 5 of every power of ten, or over a wide range the powers alone. */
function ticks(edges: readonly number[], base: number): readonly Html[] {
  const [first, last] = [edges[0]!, edges.at(-1)!];
  const factors = last > 300 * Math.max(1, first) ? [1] : [1, 2, 5];
  const lengths = Array.from({ length: 6 }, (_, power) =>
    factors.map((factor) => factor * 10 ** power),
  ).flat();
  return lengths
    .filter((length) => length >= first && length <= last)
    .map((length) => {
      const place = placeOf(length, edges);
      const x = percent(place, edges.length);
      const anchor = place < 0.3 ? "start" : place > edges.length - 0.3 ? "end" : "middle";
      return html`<line class="axis" x1="${x}" x2="${x}" y1="${base}" y2="${base + 5}"/><text class="soft" x="${x}" y="${base + 19}" text-anchor="${anchor}">${formatCount(length)}</text>`;
    });
}
