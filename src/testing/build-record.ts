import type { JsonObject } from "../core/json.ts";
import { readRecord } from "../core/read-record.ts";
import type { MagpieRecord } from "../core/record.ts";
import { deepFreeze } from "./deep-freeze.ts";

/**
 * A record from a row in any shape the readers know, such as `{ instruction, response }`; `parts` stand in place of what the
 * readers made of it, such as `measures` and `tags` of earlier stages. Its id is that of the row, else `test/0/0`.
 * Frozen: a plugin that changes its input throws. Throws MGP_RECORD_SHAPE for a row that is no record.
 */
export function buildRecord(row: JsonObject, parts: Partial<MagpieRecord> = {}): MagpieRecord {
  const position = { topic: "test", partition: 0, offset: 0n };
  const record = readRecord(Buffer.from(JSON.stringify(row)), position);
  return deepFreeze({ ...record, ...structuredClone(parts) });
}

/** `count` records with the ids 0, 1, 2, … where `rowOf` gives none. */
export function buildRecords(count: number, rowOf: (index: number) => JsonObject): readonly MagpieRecord[] {
  return Array.from({ length: count }, (_, index) => buildRecord({ id: index, ...rowOf(index) }));
}
