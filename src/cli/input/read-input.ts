import type { Readable } from "node:stream";
import type { InputBatch, Splitter } from "./input-record.ts";
import { openInput } from "./open-input.ts";
import { isSpace, splitArray } from "./split-array.ts";
import { splitLines } from "./split-lines.ts";

export interface InputProgress {
  /** Bytes of the file as it lies on disk; undefined for standard input and pipes. */
  readonly size: number | undefined;
  /** Bytes of it read so far. */
  readonly read: number;
}

export interface ReadInputOptions {
  readonly stdin: Readable;
  /** A longer record is not held: it is reported in `oversize`. */
  readonly maxRecordBytes: number;
  readonly signal: AbortSignal;
}

export interface ReadBatch extends InputBatch {
  readonly progress: InputProgress;
}

/**
 * The records of a file: elements of a JSON array when its first non-space byte is `[`, else its non-empty lines.
 * Throws MGP_INPUT_NOT_FOUND, MGP_INPUT_MALFORMED, and an AbortError on `signal`.
 */
export async function* readInput(file: string, options: ReadInputOptions): AsyncIterable<ReadBatch> {
  const input = await openInput(file, options.stdin, options.signal);
  const head: Uint8Array[] = [];
  let splitter: Splitter | undefined;
  const withProgress = (batch: InputBatch) => ({
    ...batch,
    progress: { size: input.size, read: input.read() },
  });
  for await (const chunk of input.chunks) {
    if (splitter === undefined) {
      head.push(chunk);
      const first = chunk.find((byte, index) => !isSpace(byte) && !isMark(head.length, index, chunk));
      if (first === undefined) continue;
      splitter =
        first === openBracket ? splitArray(file, options.maxRecordBytes) : splitLines(options.maxRecordBytes);
      for (const part of head.splice(0)) yield withProgress(splitter.push(part));
    } else {
      yield withProgress(splitter.push(chunk));
    }
  }
  splitter ??= splitLines(options.maxRecordBytes);
  for (const part of head) yield withProgress(splitter.push(part));
  yield withProgress(splitter.end());
}

const openBracket = 0x5b;
const byteOrderMark = Uint8Array.of(0xef, 0xbb, 0xbf);

/** True inside a UTF-8 byte order mark that begins the input. */
function isMark(chunks: number, index: number, chunk: Uint8Array): boolean {
  return chunks === 1 && index < 3 && byteOrderMark.every((byte, i) => chunk[i] === byte);
}
