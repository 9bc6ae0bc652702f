import { formatHolder, holderPosition } from "./holder.ts";
import type { At } from "./position.ts";

/** What the state keeps about the record that holds a text. */
export interface HolderEntry {
  /** `topic/partition/offset id`. */
  readonly ref: string;
  /** Position of the record's first attempt. */
  readonly original: string;
}

export function encodeHolder(at: At, id: string): Uint8Array {
  return Buffer.from(holderText(at, id));
}

/** The original (empty when it is the position), a line break, position and id: the id comes last and may hold anything. */
export function holderText(at: At, id: string): string {
  const ref = formatHolder(at, id);
  const original = ref.startsWith(`${at.original} `) ? "" : at.original;
  return `${original}\n${ref}`;
}

export function decodeHolder(bytes: Uint8Array): HolderEntry {
  // Of a few bytes a text is made several times as fast by a Buffer as by a TextDecoder.
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString();
  const end = text.indexOf("\n");
  const ref = text.slice(end + 1);
  return { ref, original: text.slice(0, end) || holderPosition(ref) };
}
