import type { MagpieRecord, Turn } from "./record.ts";

/** The part of a record a text plugin looks at. */
export type Field = "instruction" | "response" | "conversation";

const noTurns: readonly Turn[] = [];

/** The instruction: content of the first user turn; undefined when there is none. */
export function instructionOf(record: MagpieRecord): string | undefined {
  for (const turn of record.turns) if (turn.role === "user") return turn.content;
  return undefined;
}

/** The response: content of the last assistant turn; undefined when there is none. */
export function responseOf(record: MagpieRecord): string | undefined {
  for (let i = record.turns.length - 1; i >= 0; i--) {
    const turn = record.turns[i]!;
    if (turn.role === "assistant") return turn.content;
  }
  return undefined;
}

/** The turns a field covers: those present, system turns left out. */
export function turnsOf(record: MagpieRecord, field: Field): readonly Turn[] {
  if (field === "conversation") return record.turns.filter((turn) => turn.role !== "system");
  const role = field === "instruction" ? "user" : "assistant";
  const turn =
    field === "instruction"
      ? record.turns.find((t) => t.role === role)
      : record.turns.findLast((t) => t.role === role);
  return turn === undefined ? noTurns : [turn];
}

/** A field as one text; the turns of a conversation are joined by a blank line. Undefined when there is none. */
export function textOf(record: MagpieRecord, field: Field): string | undefined {
  if (field === "instruction") return instructionOf(record);
  if (field === "response") return responseOf(record);
  const turns = turnsOf(record, field);
  return turns.length === 0 ? undefined : turns.map((turn) => turn.content).join("\n\n");
}
