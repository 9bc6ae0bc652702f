import type { Json, JsonObject } from "../json.ts";
import { setColumn } from "./carried-json.ts";
import { conversationColumns } from "./conversation.ts";
import { idColumns, systemColumns } from "./details.ts";
import { generationColumns } from "./generations.ts";
import { instructionColumns, responseColumns } from "./instruction.ts";
import { thinkingNames } from "./messages.ts";

/** Every column a reader or a format of ours gives a meaning; `instruction_2`, `response_2` … besides. */
const knownColumns: ReadonlySet<string> = new Set([
  ...idColumns,
  ...conversationColumns,
  ...instructionColumns,
  ...responseColumns,
  ...systemColumns,
  ...thinkingNames,
  ...generationColumns,
  "created",
  "chosen",
  "rejected",
  "responses",
  "rewards_armorm",
  "candidates",
  "provenance",
  "measures",
  "tags",
  "plan",
  "verdict",
  "extra",
]);

/** Whether a column at top level may be taken for something else than extra when it is read again. */
function isKnownColumn(column: string): boolean {
  return knownColumns.has(column) || /^(?:instruction|response)_\d+$/.test(column);
}

/**
 * The extra columns as an export writes them beside its `own`: at top level, but under `extra` those that have a name of its
 * own or that a reader would take for more than an unknown column. {@link unwrapExtra} is the inverse.
 */
export function wrapExtra(extra: JsonObject, own: readonly string[]): JsonObject {
  const columns: { [column: string]: Json } = {};
  const wrapped: { [column: string]: Json } = {};
  let isWrapped = false;
  for (const column of Object.keys(extra)) {
    const value = extra[column]!;
    const clash = own.includes(column) || column === "extra" || (value !== null && isKnownColumn(column));
    if (clash) isWrapped = true;
    setColumn(clash ? wrapped : columns, column, value);
  }
  return isWrapped ? { ...columns, extra: wrapped } : columns;
}

/** Takes apart a column `extra` that {@link wrapExtra} wrote; any other column of that name stays as it is. */
export function unwrapExtra(columns: JsonObject): JsonObject {
  const wrapped = columns["extra"];
  if (typeof wrapped !== "object" || wrapped === null || Array.isArray(wrapped)) return columns;
  const names = Object.keys(wrapped);
  const isOurs = names.length > 0 && names.every((name) => isKnownColumn(name) && !isIn(columns, name));
  if (!isOurs) return columns;
  const { extra: _, ...others } = columns;
  return { ...others, ...(wrapped as JsonObject) };
}

function isIn(columns: JsonObject, name: string): boolean {
  return name !== "extra" && Object.hasOwn(columns, name);
}
