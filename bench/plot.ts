const levels = 8;

/**
 * Values over time as a plot of `width` × `height` characters, from 0 at the bottom to the largest at the top. A column
 * shows the largest of the values it covers.
 */
export function plot(values: readonly number[], width: number, height: number): readonly string[] {
  const top = Math.max(...values);
  const columns = Array.from({ length: Math.min(width, values.length) }, (_, column) => {
    const start = Math.floor((column * values.length) / Math.min(width, values.length));
    const end = Math.floor(((column + 1) * values.length) / Math.min(width, values.length));
    return Math.max(...values.slice(start, end));
  });
  return Array.from({ length: height }, (_, line) =>
    columns.map((value) => block((value / top) * height - (height - 1 - line))).join(""),
  );
}

/** A block filled to `share` of its height. */
function block(share: number): string {
  const level = Math.round(Math.min(1, Math.max(0, share)) * levels);
  return level === 0 ? " " : String.fromCodePoint(0x2580 + level);
}
