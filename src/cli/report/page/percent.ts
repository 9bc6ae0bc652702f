/** A share as a coordinate or length of a chart: `12.5%`. Charts are as wide as the page, and their texts as large as its. */
export function percent(part: number, whole: number): string {
  return `${whole === 0 ? 0 : Number(((100 * part) / whole).toFixed(3))}%`;
}
