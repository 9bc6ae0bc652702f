import type { Json, JsonObject } from "../json.ts";
import { setColumn } from "./carried-json.ts";

/** An input row while readers take what they know from it: what nobody takes becomes `extra`. */
export class Columns {
  readonly row: JsonObject;
  /** In the row's order. */
  readonly names: readonly string[];
  readonly #taken = new Set<string>();
  readonly #rests = new Map<string, Json>();

  constructor(row: JsonObject) {
    this.row = row;
    this.names = Object.keys(row);
  }

  /** A column's text; undefined when the column is absent or anything else. */
  text(column: string): string | undefined {
    const value = this.row[column];
    return typeof value === "string" ? value : undefined;
  }

  /** The column now stands in a recognised place of the record. */
  take(column: string): void {
    this.#taken.add(column);
  }

  /** As `take`, but `rest`, which no reader knows, stays in `extra` under the column's name. */
  takeBut(column: string, rest: Json): void {
    this.#rests.set(column, rest);
  }

  isTaken(column: string): boolean {
    return this.#taken.has(column) || this.#rests.has(column);
  }

  /** The columns nobody took, in the row's order. */
  extra(): JsonObject {
    const extra: { [column: string]: Json } = {};
    for (const column of this.names) {
      if (this.#taken.has(column)) continue;
      setColumn(extra, column, this.#rests.get(column) ?? this.row[column]!);
    }
    return extra;
  }
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** `a string`, `an array` …: what a message calls a value that is not what was expected. */
export function kindOf(value: unknown): string {
  if (value === undefined) return "nothing";
  if (value === null) return "null";
  if (Array.isArray(value)) return "an array";
  return typeof value === "object" ? "an object" : `a ${typeof value}`;
}
