import { MagpieError } from "../core/errors.ts";
import type { JsonObject } from "../core/json.ts";
import type { Position } from "../core/position.ts";
import { readRecord } from "../core/read-record.ts";
import type { MagpieRecord } from "../core/record.ts";
import { instructionOf, responseOf, textOf } from "../core/text.ts";

/** The record in a message's bytes; undefined when they are no record. */
export function readableRecord(value: Uint8Array, position: Position): MagpieRecord | undefined {
  try {
    return readRecord(value, position);
  } catch (error) {
    if (error instanceof MagpieError) return undefined;
    throw error;
  }
}

/** What a person wants to see of a record: the instruction, and the answer when there is one. */
export function shownText(record: MagpieRecord): string {
  return [instructionOf(record), responseOf(record)].filter((text) => text !== undefined).join(" ⟶ ");
}

/** The part of a record that its stage compares, where its settings say so. */
export function comparedText(record: MagpieRecord, settings: JsonObject): string {
  const field = settings["field"] ?? settings["by"];
  if (field !== "instruction" && field !== "response" && field !== "conversation") return shownText(record);
  return textOf(record, field) ?? "";
}
