import { formatPlace, type InputPlace } from "../input/input-record.ts";

/** The command line that goes on from where a `produce` stopped. */
export function goOnCommand(topic: string, files: readonly string[], next: InputPlace): string {
  return ["magpie produce", quoted(topic), "--from-line", formatPlace(next), ...files.map(quoted)].join(" ");
}

function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
