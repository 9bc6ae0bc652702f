import type { Forecast } from "../../core/plugin.ts";
import { formatShare } from "./numbers.ts";
import type { Style } from "./style.ts";

type Curve = NonNullable<Forecast["curve"]>;

const columns = 50;
const rows = 6;
const eighths = [" ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"] as const;
/** Labels and the axis stand to the left of a chart. */
const margin = 8;

/** The S-curve of a stage as a chart: how likely a pair is found, over its similarity from 0 to 1; the threshold is marked. */
export function renderCurve({ measure, threshold, found }: Curve, style: Style): readonly string[] {
  const heights = Array.from({ length: columns }, (_, i) =>
    Math.round(found((i + 0.5) / columns) * rows * 8),
  );
  const lines: string[] = [];
  for (let row = rows - 1; row >= 0; row--) {
    const bars = heights.map((height) => eighths[Math.min(8, Math.max(0, height - 8 * row))]).join("");
    const label = row === rows - 1 ? "100 %" : row === 0 ? "0 %" : "";
    lines.push(`${label.padStart(margin - 2)} │${style.cyan(bars.trimEnd())}`);
  }
  const mark = Math.min(columns - 1, Math.floor(threshold * columns));
  const axis = Array.from({ length: columns }, (_, i) => (i === mark ? "┴" : "─")).join("");
  lines.push(`${" ".repeat(margin - 1)}└${axis}`);
  const under = `${" ".repeat(mark)}${threshold}`;
  lines.push(`${" ".repeat(margin)}0${under.slice(1).padEnd(columns - 2)}1  ${measure}`);
  return lines;
}

const similarities = [0.3, 0.5, 0.6, 0.7, 0.75, 0.8, 0.85, 0.9, 0.95] as const;

/**
 * What the curve costs at given similarities: below the threshold, pairs that are compared in vain (false positives of the
 * bands; none is dropped); from it on, pairs that are missed (false negatives).
 */
export function curveRows({ threshold, found }: Curve): readonly (readonly [number, string, string])[] {
  const at = [...new Set([...similarities, threshold])].sort((a, b) => a - b);
  return at.map((similarity) => {
    const share = found(similarity);
    return similarity < threshold
      ? [similarity, formatShare(share, 1), "–"]
      : [similarity, "–", formatShare(1 - share, 1)];
  });
}
