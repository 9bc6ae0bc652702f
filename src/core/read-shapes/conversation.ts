import { type Columns, isObject } from "./columns.ts";
import type { Draft, DraftTurn } from "./draft.ts";
import { isMessages, readMessages } from "./messages.ts";
import { roleNames } from "./roles.ts";

/** Columns that hold a conversation as a list of messages, the first of them first. */
export const conversationColumns = ["messages", "conversations", "conversation", "turns", "prompt"] as const;

/** A conversation from a list of messages; a `prompt` list goes on in `completion`, a list or a text. */
export function readConversation(columns: Columns): Draft | undefined {
  const column = conversationColumns.find((name) => isMessages(columns.row[name]));
  if (column === undefined) return undefined;
  const turns = readMessages(columns, column);
  if (column === "prompt") turns.push(...readCompletion(columns));
  return { turns };
}

function readCompletion(columns: Columns): readonly DraftTurn[] {
  if (isMessages(columns.row["completion"])) return readMessages(columns, "completion");
  const content = columns.text("completion");
  if (content === undefined) return [];
  columns.take("completion");
  return [{ role: "assistant", content }];
}

/** Takes the further conversation columns that say what was read already. */
export function takeRepeatedConversations(columns: Columns, draft: Draft): void {
  const [first] = draft.candidates ?? [];
  for (const column of conversationColumns) {
    const messages = columns.row[column];
    if (!Array.isArray(messages) || columns.isTaken(column)) continue;
    const isRepeat =
      repeats(messages, draft.turns) ||
      (first !== undefined && repeats(messages, [...draft.turns, ...first.turns]));
    if (isRepeat) columns.take(column);
  }
}

/** Whether the messages say these turns and nothing else. */
function repeats(messages: readonly unknown[], turns: readonly DraftTurn[]): boolean {
  if (messages.length !== turns.length) return false;
  return messages.every((message, index) => {
    if (!isObject(message) || Object.keys(message).length !== 2) return false;
    const turn = turns[index]!;
    const content = message["content"] ?? message["value"];
    return roleNames.get(message["role"] ?? message["from"]) === turn.role && content === turn.content;
  });
}
