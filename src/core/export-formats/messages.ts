import type { JsonObject } from "../json.ts";
import { wrapExtra } from "../read-shapes/extra-column.ts";
import type { MagpieRecord, Turn } from "../record.ts";
import { detailsOf } from "./turn-details.ts";

/** `{id, messages: [{role, content}], …extra}`; a message also has the `thinking` and `generation` of its turn. */
export function toMessages(record: MagpieRecord): JsonObject {
  return {
    id: record.id,
    messages: record.turns.map(toMessage),
    ...wrapExtra(record.extra, ["id", "messages"]),
  };
}

function toMessage(turn: Turn): JsonObject {
  return { role: turn.role, content: turn.content, ...detailsOf(turn) };
}
