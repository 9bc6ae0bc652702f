import { Buffer, isUtf8 } from "node:buffer";
import { MagpieError } from "../errors.ts";
import { formatPosition, type Position } from "../position.ts";
import { findJsonError } from "./find-json-error.ts";

/** The value of a JSON text. Throws MGP_RECORD_JSON, which says where. */
export function decodeJson(text: string, position: Position): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new MagpieError("MGP_RECORD_JSON", describeJsonError(text, position), { cause });
  }
}

const byteOrderMark = 0xfeff;

/** The text of UTF-8 bytes, without a byte order mark. Throws MGP_RECORD_ENCODING. */
export function decodeUtf8(bytes: Uint8Array, position: Position): string {
  if (!isUtf8(bytes)) {
    const offset = firstInvalidByte(bytes);
    const value = bytes[offset]!.toString(16).padStart(2, "0");
    throw new MagpieError(
      "MGP_RECORD_ENCODING",
      `record ${formatPosition(position)} is not UTF-8: byte 0x${value} at offset ${offset} of ${bytes.length}; ` +
        "records are UTF-8 encoded JSON objects: convert the source to UTF-8 and produce it again",
    );
  }
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("utf8");
  return text.charCodeAt(0) === byteOrderMark ? text.slice(1) : text;
}

/** A decoder writes U+FFFD for what it cannot decode; a genuine one is written EF BF BD in the bytes. */
function firstInvalidByte(bytes: Uint8Array): number {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const text = buffer.toString("utf8");
  let offset = 0;
  let from = 0;
  for (;;) {
    const mark = text.indexOf("\ufffd", from);
    offset += Buffer.byteLength(text.slice(from, mark));
    if (buffer.toString("hex", offset, offset + 3) !== "efbfbd") return offset;
    offset += 3;
    from = mark + 1;
  }
}

const excerptCharacters = 30;

function describeJsonError(text: string, position: Position): string {
  const record = `record ${formatPosition(position)} is not JSON`;
  if (text.trim() === "") return `${record}: it is empty; each record is one JSON object`;
  const offset = findJsonError(text) ?? text.length;
  const before = text.slice(0, offset);
  const line = before.split("\n").length;
  const column = offset - (before.lastIndexOf("\n") + 1) + 1;
  const excerpt = JSON.stringify(
    text.slice(Math.max(0, offset - excerptCharacters), offset + excerptCharacters),
  );
  const what =
    offset === text.length ? "the text ends too early" : `unexpected ${JSON.stringify(text[offset])}`;
  return `${record}: ${what} at line ${line}, column ${column} (character ${offset} of ${text.length}), near ${excerpt}; each record is one JSON object`;
}
