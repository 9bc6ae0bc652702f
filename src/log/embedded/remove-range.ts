import type { Table } from "./environment.ts";

/** Keys removed between two looks at the table: a cursor must not stand in what is being removed. */
const pageKeys = 1000;

/** Removes all keys from `start` to `end` (exclusive). Only inside a transaction. */
export function removeRange(table: Table, start: Buffer, end: Buffer): void {
  for (;;) {
    const keys = [...table.getKeys({ start, end, limit: pageKeys })];
    for (const key of keys) table.remove(key);
    if (keys.length < pageKeys) return;
  }
}
