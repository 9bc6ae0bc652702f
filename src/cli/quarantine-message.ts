import type { QuarantineEntry } from "../core/outcome.ts";

/** Why a record is in quarantine, without the position that stands beside it. */
export function messageBeside({ position, original, error }: QuarantineEntry): string {
  const place = [position, original].map((at) => `record ${at} `).find((at) => error.message.startsWith(at));
  return error.message.slice(place?.length ?? 0);
}
