import { type ErrorCode, MagpieError } from "../core/errors.ts";
import { type ExportFormatName, exportRecord } from "../core/export-formats/export-record.ts";
import { formatPosition } from "../core/position.ts";
import { readRecord } from "../core/read-record.ts";
import type { MagpieRecord } from "../core/record.ts";
import type { StoredMessage } from "../log/log.ts";

/** A record that is in the topic and is no record. */
export interface Unreadable {
  readonly position: string;
  readonly code: ErrorCode;
  readonly message: string;
}

export interface Exported {
  readonly records: number;
  /** Before compression. */
  readonly bytes: number;
  /** Records without a turn of the assistant. */
  readonly unanswered: number;
  readonly unreadable: readonly Unreadable[];
}

const blockCharacters = 256 * 1024;

/** Collects what an export did. */
export class ExportTally implements Exported {
  records = 0;
  bytes = 0;
  unanswered = 0;
  readonly unreadable: Unreadable[] = [];
}

/** Every record of a topic as a line, many lines a block; what is no record is left out and noted in `tally`. */
export async function* exportBlocks(
  messages: AsyncIterable<StoredMessage>,
  format: ExportFormatName,
  tally: ExportTally,
): AsyncIterable<string> {
  let block = "";
  for await (const message of messages) {
    const read = readOrNote(message);
    if ("code" in read) tally.unreadable.push(read);
    else {
      const line = `${exportRecord(read, format)}\n`;
      block += line;
      tally.records += 1;
      tally.bytes += Buffer.byteLength(line);
      if (!read.turns.some(({ role }) => role === "assistant")) tally.unanswered += 1;
    }
    if (block.length < blockCharacters) continue;
    yield block;
    block = "";
  }
  if (block !== "") yield block;
}

function readOrNote({ value, position }: StoredMessage): MagpieRecord | Unreadable {
  try {
    return readRecord(value, position);
  } catch (error) {
    if (!(error instanceof MagpieError)) throw error;
    return { position: formatPosition(position), code: error.code, message: error.message };
  }
}
