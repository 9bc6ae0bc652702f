import { formatCount } from "../../render/numbers.ts";

/** How much more the first is than the second: `+1,200`, or for shares in percentage points, `−3.1 pp`. */
export function formatDifference(
  first: number | undefined,
  second: number | undefined,
  kind: "count" | "share",
): string {
  const difference = (first ?? Number.NaN) - (second ?? Number.NaN);
  if (Number.isNaN(difference)) return "–";
  const size = Math.abs(difference);
  const text = kind === "share" ? `${(100 * size).toFixed(1)} pp` : formatCount(Math.round(size));
  if (Number.parseFloat(text) === 0) return "0";
  return `${difference < 0 ? "−" : "+"}${text}`;
}
