import type { JsonObject } from "../json.ts";
import type { MagpieRecord } from "../record.ts";
import { toMessages } from "./messages.ts";
import { toShareGpt } from "./sharegpt.ts";

/** A form in which a data set leaves, one row per record. */
export interface ExportFormat {
  readonly summary: string;
  /** The row of a record. */
  row(record: MagpieRecord): JsonObject;
}

/** Every format `magpie export` knows, by the name its `--format` takes. */
export const exportFormats = {
  jsonl: {
    summary: "Records as they are: turns, generations, measures, tags, provenance.",
    row: (record) => record as MagpieRecord & JsonObject,
  },
  sharegpt: {
    summary: "ShareGPT: conversations of {from, value}, the system prompt in a column of its own.",
    row: toShareGpt,
  },
  messages: {
    summary: "OpenAI: messages of {role, content}.",
    row: toMessages,
  },
} as const satisfies { readonly [name: string]: ExportFormat };

export type ExportFormatName = keyof typeof exportFormats;

/**
 * A record as one line of JSON in the given format, without the line's end. Every column in `extra` is written back: at top
 * level, or in a column `extra` where its name is one of the format's own. Reading the line again gives the same id, turns
 * and extra.
 */
export function exportRecord(record: MagpieRecord, format: ExportFormatName): string {
  return JSON.stringify(exportFormats[format].row(record));
}
