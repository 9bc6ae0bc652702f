import type { QuarantineEntry } from "../../core/outcome.ts";
import { messageBeside } from "../quarantine-message.ts";
import { countOf } from "./numbers.ts";
import type { Style } from "./style.ts";
import { type Column, renderTable } from "./table.ts";
import { oneLine, truncate } from "./text.ts";

/** An entry and the pipeline it belongs to. */
export interface PlacedEntry extends QuarantineEntry {
  readonly pipeline: string;
}

const columns: readonly Column[] = [
  { title: "pipeline", align: "left" },
  { title: "position", align: "left" },
  { title: "id", align: "left" },
  { title: "stage", align: "left" },
  { title: "error", align: "left" },
];

const idWidth = 32;

/** One line an entry, cut to the width; `replayed` says how many more there are that were tried again. */
export function renderQuarantine(
  entries: readonly PlacedEntry[],
  replayed: number,
  width: number,
  style: Style,
): readonly string[] {
  const others = replayed === 0 ? "" : `; ${countOf(replayed, "replayed attempt")} (--all lists them)`;
  if (entries.length === 0) return [`nothing is in quarantine${others}`];
  const rows = entries.map((entry) => [
    entry.pipeline,
    entry.position,
    entry.id === entry.position ? "" : truncate(oneLine(entry.id), idWidth),
    entry.stage,
    `${entry.error.code} ${oneLine(messageBeside(entry))}`,
  ]);
  const [header, ...lines] = renderTable(columns, rows).map((line) => truncate(line, width));
  return [style.dim(header ?? ""), ...lines, style.dim(`${countOf(entries.length, "record")}${others}`)];
}

const shownBytes = 4096;

/** An entry with everything in it; the bytes as text where they are text, with control characters made visible. */
export function renderQuarantineEntry(entry: PlacedEntry, style: Style): readonly string[] {
  const bytes = Buffer.from(entry.bytes, "base64");
  const rest = bytes.length - shownBytes;
  const rows = [
    ["id", oneLine(entry.id)],
    ["pipeline", entry.pipeline],
    ["position", entry.position],
    ...(entry.original === entry.position ? [] : [["first attempt", entry.original]]),
    ["stage", entry.plugin === "" ? entry.stage : `${entry.stage} (${entry.plugin})`],
    ["error", `${entry.error.code} ${oneLine(entry.error.message)}`],
    ["attempts", String(entry.attempts)],
    ["bytes", countOf(bytes.length, "byte")],
    ["sha256", entry.sha256],
  ];
  return [
    ...rows.map(([name = "", value = ""]) => `${style.dim(name.padEnd(13))} ${value}`),
    "",
    visible(bytes.subarray(0, shownBytes)),
    ...(rest > 0 ? [style.dim(`… ${countOf(rest, "byte")} more; --json has them all, in base64`)] : []),
  ];
}

function visible(bytes: Buffer): string {
  return bytes
    .toString("utf8")
    .replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g, "\ufffd")
    .trimEnd();
}
