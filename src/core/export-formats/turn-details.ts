import type { JsonObject } from "../json.ts";
import type { Turn } from "../record.ts";

/** What a turn has besides its role and text, under the names the readers know. */
export function detailsOf({ thinking, generation }: Turn): JsonObject {
  return {
    ...(thinking === undefined ? {} : { thinking }),
    ...(generation === undefined ? {} : { generation: generation as JsonObject }),
  };
}
