import { MagpieError } from "../../core/errors.ts";
import type { InputBatch, InputRecord, OversizeRecord, Splitter } from "./input-record.ts";
import { PendingBytes } from "./pending-bytes.ts";

const quote = 0x22;
const comma = 0x2c;
const openBracket = 0x5b;
const backslash = 0x5c;
const closeBracket = 0x5d;
const openBrace = 0x7b;
const closeBrace = 0x7d;
const lineFeed = 0x0a;

type Place = "start" | "first" | "container" | "string" | "scalar" | "after" | "next" | "done";

/**
 * Every element of one JSON array is a record. Only brackets, strings and commas are looked at: an element's bytes are
 * passed on as they are, so an element that is not valid JSON is a matter for the reader, not for the file.
 * Throws MGP_INPUT_MALFORMED, with `file:line`, when the array itself is not one.
 */
export function splitArray(file: string, maxRecordBytes: number): Splitter {
  const pending = new PendingBytes(maxRecordBytes);
  let place: Place = "start";
  let depth = 0;
  let inString = false;
  let escaped = false;
  let line = 1;
  let begun = { line: 0, nth: 0 };

  function begin(): void {
    begun = { line, nth: begun.line === line ? begun.nth + 1 : 1 };
  }

  function finish(records: InputRecord[], oversize: OversizeRecord[]): void {
    const taken = pending.take();
    if (taken instanceof Uint8Array) records.push({ ...begun, bytes: taken });
    else oversize.push({ ...begun, size: taken.size });
    place = "after";
  }

  function malformed(expected: string): MagpieError {
    return new MagpieError(
      "MGP_INPUT_MALFORMED",
      `${file}:${line}: the file begins with "[", so it must be one JSON array, but ${expected}; repair it, or write one record per line`,
    );
  }

  function push(chunk: Uint8Array): InputBatch {
    const records: InputRecord[] = [];
    const oversize: OversizeRecord[] = [];
    let start = 0;
    for (let i = 0; i < chunk.length; i++) {
      const byte = chunk[i]!;
      if (byte === lineFeed) line += 1;
      switch (place) {
        case "container":
          if (inString) {
            if (escaped) escaped = false;
            else if (byte === backslash) escaped = true;
            else if (byte === quote) inString = false;
          } else if (byte === quote) inString = true;
          else if (byte === openBrace || byte === openBracket) depth += 1;
          else if ((byte === closeBrace || byte === closeBracket) && --depth === 0) {
            pending.add(chunk.subarray(start, i + 1));
            finish(records, oversize);
          }
          break;
        case "string":
          if (escaped) escaped = false;
          else if (byte === backslash) escaped = true;
          else if (byte === quote) {
            pending.add(chunk.subarray(start, i + 1));
            finish(records, oversize);
          }
          break;
        case "scalar":
          if (byte !== comma && byte !== closeBracket && !isSpace(byte)) break;
          pending.add(chunk.subarray(start, i));
          finish(records, oversize);
          if (byte === comma) place = "next";
          else if (byte === closeBracket) place = "done";
          break;
        case "first":
        case "next":
          if (isSpace(byte)) break;
          if (byte === closeBracket && place === "first") {
            place = "done";
            break;
          }
          if (byte === comma || byte === closeBracket)
            throw malformed(`a value is missing before "${String.fromCharCode(byte)}"`);
          begin();
          start = i;
          depth = 1;
          place =
            byte === openBrace || byte === openBracket ? "container" : byte === quote ? "string" : "scalar";
          break;
        case "after":
          if (isSpace(byte)) break;
          if (byte === comma) place = "next";
          else if (byte === closeBracket) place = "done";
          else throw malformed("a comma is missing between two elements");
          break;
        case "done":
          if (!isSpace(byte)) throw malformed("there is more text after its closing bracket");
          break;
        case "start":
          if (byte === openBracket) place = "first";
          break;
      }
    }
    if (place === "container" || place === "string" || place === "scalar") pending.add(chunk.subarray(start));
    return { records, oversize };
  }

  return {
    push,
    end() {
      if (place !== "done") throw malformed("its closing bracket is missing");
      return { records: [], oversize: [] };
    },
  };
}

/** White space as JSON defines it. */
export function isSpace(byte: number): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;
}
