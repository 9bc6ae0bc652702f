import { inputLines } from "../../crash/input-lines.ts";

/** As many as any trial feeds. */
const longest = 40_000;

let lines: readonly Buffer[] | undefined;

/** The line with this number, the same at every call: its id is the number, and its time goes up and down a little. */
export function inputRecord(index: number): Buffer {
  lines ??= inputLines(longest);
  const line = lines[index % longest]!;
  try {
    const row: unknown = JSON.parse(line.toString("utf8"));
    if (typeof row !== "object" || row === null || "messages" in row) return line;
    const created = 1_700_000_000_000 + index * 100 + ((index * 7_919) % 1_000);
    return Buffer.from(JSON.stringify({ ...row, id: `r${String(index).padStart(6, "0")}`, created }));
  } catch {
    return line;
  }
}
