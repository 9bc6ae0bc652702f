import { readFileSync, writeFileSync } from "node:fs";

/** Puts a table into a document, between `<!-- measured -->` and `<!-- /measured -->`. */
export function writeBetweenMarkers(path: string, text: string): void {
  const [start, end] = ["<!-- measured -->\n", "<!-- /measured -->"];
  const old = readFileSync(path, "utf8");
  const [from, to] = [old.indexOf(start), old.indexOf(end)];
  if (from === -1 || to === -1) throw new Error(`${path} has no ${start.trim()} … ${end}`);
  writeFileSync(path, `${old.slice(0, from + start.length)}\n${text}\n${old.slice(to)}`);
}
