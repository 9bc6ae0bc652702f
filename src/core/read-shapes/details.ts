import type { Columns } from "./columns.ts";
import type { Draft } from "./draft.ts";
import { thinkingNames } from "./messages.ts";

export const systemColumns = ["system", "system_prompt"] as const;

/** Puts the system prompt of a column before the conversation; an empty one says that there is none. */
export function readSystem(columns: Columns, draft: Draft): void {
  for (const column of systemColumns) {
    const content = columns.text(column);
    if (content === undefined) continue;
    const [first] = draft.turns;
    if (first?.role === "system") {
      if (first.content === content) columns.take(column);
    } else {
      columns.take(column);
      if (content !== "") draft.turns.unshift({ role: "system", content });
    }
  }
}

/** Moves the reasoning of a column to the response it led to. */
export function readThinking(columns: Columns, draft: Draft): void {
  const response = draft.turns.at(-1);
  if (response?.role !== "assistant") return;
  for (const column of thinkingNames) {
    const thinking = columns.text(column);
    if (thinking === undefined) continue;
    response.thinking ??= thinking;
    if (response.thinking === thinking) columns.take(column);
  }
}

/** Columns that hold a record's id, the first of them first. */
export const idColumns = ["id", "uuid", "conversation_id", "row_id"] as const;

/** The id the row came with: a text, or an integer, of which the digits are kept. */
export function readId(columns: Columns, text: string): string | undefined {
  for (const column of idColumns) {
    const value = columns.row[column];
    const id = typeof value === "number" ? digitsOf(column, value, text) : value;
    if (typeof id !== "string" || id === "") continue;
    columns.take(column);
    return id;
  }
  return undefined;
}

/** An integer as it was written: JSON.parse rounds those beyond 2^53. Undefined when the text does not tell. */
export function digitsOf(column: string, value: number, text: string): string | undefined {
  if (!Number.isInteger(value)) return undefined;
  if (Number.isSafeInteger(value)) return String(value);
  const written = [...text.matchAll(new RegExp(`"${column}"\\s*:\\s*(-?\\d+)(?![\\d.eE])`, "g"))]
    .map((match) => match[1]!)
    .filter((digits) => Number(digits) === value);
  return new Set(written).size === 1 ? written[0] : undefined;
}

/**
 * Times below are seconds since 1970, others milliseconds: 100,000,000,000 is March 1973 in milliseconds and the year 5138
 * in seconds.
 */
const firstMilliseconds = 100_000_000_000;

/** `created` in milliseconds since 1970: Magpie writes seconds, other programs milliseconds. */
export function readCreated(columns: Columns): number | undefined {
  const created = columns.row["created"];
  if (typeof created !== "number" || !Number.isFinite(created) || created < 0) return undefined;
  columns.take("created");
  return created < firstMilliseconds ? Math.round(created * 1000) : created;
}
