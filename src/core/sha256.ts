import { createHash, hash } from "node:crypto";

/** sha256 as lower-case hex. Strings are hashed as UTF-8. */
export function sha256Hex(data: string | Uint8Array): string {
  return createHash("sha256").update(data).digest("hex");
}

/** sha256 of a string's UTF-8 as 32 bytes; one call, so that hashing many short texts stays cheap. */
export function sha256Bytes(text: string): Uint8Array {
  return hash("sha256", text, "buffer");
}
