import type { JsonObject } from "../json.ts";
import { wrapExtra } from "../read-shapes/extra-column.ts";
import type { MagpieRecord, Role, Turn } from "../record.ts";
import { detailsOf } from "./turn-details.ts";

const senders: { readonly [R in Role]: string } = { system: "system", user: "human", assistant: "gpt" };

/**
 * `{id, conversations: [{from, value}], system?, …extra}`; a message also has the `thinking` and `generation` of its turn. A
 * system prompt that opens the conversation stands in `system`; one without text, or elsewhere, stays a message.
 */
export function toShareGpt(record: MagpieRecord): JsonObject {
  const [first, ...others] = record.turns;
  const isOpening = first?.role === "system" && first.content !== "" && Object.keys(first).length === 2;
  // Without another message there would be no conversation left to read the system prompt with.
  const lifted = isOpening && others.length > 0 && others[0]!.role !== "system";
  return {
    id: record.id,
    conversations: (lifted ? others : record.turns).map(toMessage),
    ...(lifted ? { system: first.content } : {}),
    ...wrapExtra(record.extra, ["id", "conversations", "system"]),
  };
}

function toMessage(turn: Turn): JsonObject {
  return { from: senders[turn.role], value: turn.content, ...detailsOf(turn) };
}
