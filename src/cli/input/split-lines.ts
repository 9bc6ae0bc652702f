import type { InputBatch, InputRecord, OversizeRecord, Splitter } from "./input-record.ts";
import { PendingBytes } from "./pending-bytes.ts";

const lineFeed = 0x0a;
const carriageReturn = 0x0d;

/** Every non-empty line is a record, ended by LF, CRLF or the end of the input. Bytes are not looked at otherwise. */
export function splitLines(maxRecordBytes: number): Splitter {
  // One more than the limit, so that the CR of a CRLF does not count against the record.
  const pending = new PendingBytes(maxRecordBytes + 1);
  let line = 1;

  function finish(records: InputRecord[], oversize: OversizeRecord[]): void {
    if (pending.size > 0) {
      const taken = pending.take();
      const bytes = taken instanceof Uint8Array ? withoutReturn(taken) : taken;
      const size = bytes instanceof Uint8Array ? bytes.length : bytes.size;
      if (!(bytes instanceof Uint8Array) || size > maxRecordBytes) oversize.push({ line, nth: 1, size });
      else if (size > 0) records.push({ line, nth: 1, bytes });
    }
  }

  return {
    push(chunk): InputBatch {
      const records: InputRecord[] = [];
      const oversize: OversizeRecord[] = [];
      let start = 0;
      for (;;) {
        const end = chunk.indexOf(lineFeed, start);
        pending.add(chunk.subarray(start, end === -1 ? chunk.length : end));
        if (end === -1) return { records, oversize };
        finish(records, oversize);
        line += 1;
        start = end + 1;
      }
    },
    end(): InputBatch {
      const records: InputRecord[] = [];
      const oversize: OversizeRecord[] = [];
      finish(records, oversize);
      return { records, oversize };
    },
  };
}

function withoutReturn(line: Uint8Array): Uint8Array {
  return line.at(-1) === carriageReturn ? line.subarray(0, -1) : line;
}
