import type { Columns } from "./columns.ts";
import type { Draft, DraftTurn } from "./draft.ts";

/** Columns that hold an instruction as a text, the first of them first. */
export const instructionColumns = ["instruction", "input", "prompt"] as const;

/** Columns that hold a response as a text, the first of them first. */
export const responseColumns = ["response", "output", "generation", "completion"] as const;

/**
 * Columns of an instruction and its response: Magpie's `instruction`/`input` and `response`/`output` with further turns in
 * `instruction_2`, `response_2` …, Alpaca, distilabel, prompt and completion. Without a response it is an instruction only.
 */
export function readInstruction(columns: Columns): Draft | undefined {
  const prompt = readPromptText(columns);
  if (prompt === undefined) return undefined;
  const turns: DraftTurn[] = [prompt];
  const response = readResponse(columns);
  if (response === undefined) return { turns };
  turns.push(response);
  readFurtherTurns(columns, turns);
  return { turns };
}

/**
 * The instruction as a user turn. `input` is the instruction where there is no `instruction` (Magpie's Llama-3 sets), else
 * what the instruction is about (Alpaca): it follows after a blank line.
 */
export function readPromptText(columns: Columns): DraftTurn | undefined {
  const column = instructionColumns.find((name) => columns.text(name) !== undefined);
  if (column === undefined) return undefined;
  columns.take(column);
  const instruction = columns.text(column)!;
  const input = column === "instruction" ? columns.text("input") : undefined;
  if (input === undefined) return { role: "user", content: instruction };
  columns.take("input");
  const parts = [instruction, input].filter((part) => part !== "");
  return { role: "user", content: parts.join("\n\n") };
}

function readResponse(columns: Columns): DraftTurn | undefined {
  for (const column of responseColumns) {
    const content = columns.text(column);
    if (content === undefined) continue;
    columns.take(column);
    return { role: "assistant", content };
  }
  for (const column of responseColumns) if (columns.row[column] === null) columns.take(column);
  return undefined;
}

function readFurtherTurns(columns: Columns, turns: DraftTurn[]): void {
  for (let n = 2; ; n++) {
    const instruction = columns.text(`instruction_${n}`);
    if (instruction === undefined) return;
    columns.take(`instruction_${n}`);
    turns.push({ role: "user", content: instruction });
    const response = columns.text(`response_${n}`);
    if (response === undefined) {
      if (columns.row[`response_${n}`] === null) columns.take(`response_${n}`);
      return;
    }
    columns.take(`response_${n}`);
    turns.push({ role: "assistant", content: response });
  }
}

/** Takes the text columns that say again what stands in a turn, as Magpie's published sets do beside `conversations`. */
export function takeRepeatedTexts(columns: Columns, draft: Draft): void {
  for (const column of instructionColumns) takeRepeat(columns, column, draft, "user");
  for (const column of responseColumns) takeRepeat(columns, column, draft, "assistant");
  for (let n = 2; columns.row[`instruction_${n}`] !== undefined; n++) {
    takeRepeat(columns, `instruction_${n}`, draft, "user");
    takeRepeat(columns, `response_${n}`, draft, "assistant");
  }
}

function takeRepeat(columns: Columns, column: string, draft: Draft, role: DraftTurn["role"]): void {
  const text = columns.text(column);
  if (text === undefined || columns.isTaken(column)) return;
  const says = (turn: DraftTurn) => turn.role === role && turn.content === text;
  if (draft.turns.some(says) || draft.candidates?.some((candidate) => candidate.turns.some(says)))
    columns.take(column);
}
