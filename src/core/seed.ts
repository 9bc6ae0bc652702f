import { sha256Bytes } from "./sha256.ts";

/** A seed that engines take, a whole number in [0, 2^31), determined by the parts alone. */
export function seedOf(...parts: readonly string[]): number {
  const digest = sha256Bytes(JSON.stringify(parts));
  return new DataView(digest.buffer, digest.byteOffset, 4).getUint32(0) >>> 1;
}
