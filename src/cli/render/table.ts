import { displayWidth, padEnd, padStart } from "./text.ts";

export interface Column {
  readonly title: string;
  /** Numbers stand to the right. */
  readonly align: "left" | "right";
}

/** Aligned columns, two spaces apart; titles first unless all are empty. No trailing spaces. */
export function renderTable(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
): readonly string[] {
  const titles = columns.map((column) => column.title);
  const all = titles.every((title) => title === "") ? rows : [titles, ...rows];
  const widths = columns.map((_, i) => Math.max(...all.map((row) => displayWidth(row[i] ?? "")), 0));
  return all.map((row) =>
    columns
      .map(({ align }, i) => (align === "left" ? padEnd : padStart)(row[i] ?? "", widths[i] ?? 0))
      .join("  ")
      .trimEnd(),
  );
}
