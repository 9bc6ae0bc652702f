import { formatCount, formatShare } from "../../render/numbers.ts";
import type { SamplerSettings, SettingCell } from "../sampler-settings.ts";
import { type Html, html } from "./html.ts";
import { percent } from "./percent.ts";

const rowHeight = 52;
const axisHeight = 28;
/** The column of temperatures, in columns of the grid. */
const labelColumn = 0.6;

/** Larger grids are left to the table. */
const most = { rows: 12, columns: 6 };

/** Shares that differ by less look alike. */
const leastRange = 0.1;

/**
 * The share of records that were curated, by temperature (rows) and top_p (columns): the larger, the stronger the colour,
 * within the range of the shares of all grids that stand side by side.
 */
export function heatGrid(
  pipeline: string,
  { cells }: SamplerSettings,
  all: readonly SettingCell[],
): Html | undefined {
  const temperatures = axisOf(cells.map(({ temperature }) => temperature)).toReversed();
  const tops = axisOf(cells.map(({ topP }) => topP));
  if (temperatures.length > most.rows || tops.length > most.columns) return undefined;
  const columns = tops.length + labelColumn;
  const height = temperatures.length * rowHeight;
  const rows = temperatures.map(
    (temperature, row) =>
      html`<text class="soft" x="0" y="${row * rowHeight + rowHeight / 2 + 4}">T ${label(temperature, temperatures)}</text>`,
  );
  const titles = tops.map(
    (topP, column) =>
      html`<text class="soft" x="${percent(labelColumn + column + 0.5, columns)}" y="${height + 18}" text-anchor="middle">top_p ${label(topP, tops)}</text>`,
  );
  const shares = all.map(({ curated, received }) => curated / received);
  const largest = Math.max(...shares);
  const range = Math.max(leastRange, largest - Math.min(...shares));
  const drawn = cells.map((cell) => {
    const strength = 1 - (largest - cell.curated / cell.received) / range;
    const column = labelColumn + tops.indexOf(cell.topP);
    return drawCell(cell, strength, column, columns, temperatures.indexOf(cell.temperature) * rowHeight);
  });
  return html`<svg class="chart" role="img" width="100%" height="${height + axisHeight}">
<title>The share of records that ${pipeline} curated, by temperature and top_p.</title>
${drawn}${rows}${titles}</svg>`;
}

function drawCell(
  { received, curated }: SettingCell,
  strength: number,
  column: number,
  columns: number,
  top: number,
): Html {
  const middle = percent(column + 0.5, columns);
  const tone = strength > 0.5 ? "heat strong" : "heat";
  return html`<rect class="cell" x="${percent(column + 0.03, columns)}" y="${top + 2}" width="${percent(0.94, columns)}" height="${rowHeight - 4}" rx="4" fill-opacity="${(0.12 + 0.88 * strength).toFixed(3)}"/>
<text class="${tone}" x="${middle}" y="${top + 24}" text-anchor="middle">${formatShare(curated, received)}</text>
<text class="${tone} small" x="${middle}" y="${top + 40}" text-anchor="middle">of ${formatCount(received)}</text>`;
}

function axisOf(values: readonly (number | null)[]): readonly (number | null)[] {
  return [...new Set(values)].sort((a, b) => (a ?? -Infinity) - (b ?? -Infinity));
}

/** With as many decimals as the axis needs: 0.95 stands beside 1.00. */
function label(value: number | null, axis: readonly (number | null)[]): string {
  const decimals = Math.max(...axis.map((other) => String(other ?? "").split(".")[1]?.length ?? 0));
  return value?.toFixed(Math.min(3, decimals)) ?? "?";
}
