import { createHash } from "node:crypto";

/** sha256 as lower-case hex. Strings are hashed as UTF-8. */
export function sha256Hex(data: string | Uint8Array): string {
  return createHash("sha256").update(data).digest("hex");
}
