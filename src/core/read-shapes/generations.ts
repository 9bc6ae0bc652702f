import type { Json } from "../json.ts";
import type { FinishReason, Generation } from "../record.ts";
import { setColumn } from "./carried-json.ts";
import { type Columns, isObject } from "./columns.ts";
import type { Draft, DraftTurn } from "./draft.ts";

type Field = keyof Generation;

/** Whether a value may stand in a field of a Generation. */
export const fieldAccepts: { readonly [F in Field]-?: (value: unknown) => boolean } = {
  model: (value) => typeof value === "string",
  seed: Number.isSafeInteger,
  temperature: Number.isFinite,
  topP: Number.isFinite,
  maxTokens: isCount,
  promptTokens: isCount,
  completionTokens: isCount,
  finishReason: (value) => value === "stop" || value === "length" || value === "other",
};

function isCount(value: unknown): boolean {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

type FieldNames = ReadonlyMap<string, Field>;

/** Columns about one generated turn. Of several columns for one field the row's first counts. */
const flatColumns: FieldNames = new Map<string, Field>([
  ["generator", "model"],
  ["model", "model"],
  ["model_name", "model"],
  ["seed", "seed"],
  ["temperature", "temperature"],
  ["top_p", "topP"],
  ["max_tokens", "maxTokens"],
  ["prompt_tokens", "promptTokens"],
  ["completion_tokens", "completionTokens"],
  ["finish_reason", "finishReason"],
]);

const responseColumns: FieldNames = new Map<string, Field>([
  ...[...flatColumns].map(([column, field]) => [`response_${column}`, field] as const),
  ["response_tokens", "completionTokens"],
]);

/** Keys of Magpie's `gen_input_config(s)` and `gen_response_configs`. */
const configKeys: FieldNames = new Map<string, Field>([
  ["input_generator", "model"],
  ["output_generator", "model"],
  ["seed", "seed"],
  ["temperature", "temperature"],
  ["top_p", "topP"],
  ["max_tokens", "maxTokens"],
]);

export const generationColumns: readonly string[] = [
  ...flatColumns.keys(),
  ...responseColumns.keys(),
  "gen_input_configs",
  "gen_input_config",
  "gen_response_configs",
];

/**
 * Moves what columns say about sampling to the turn they say it of:
 * - `gen_input_config(s)`: the first user turn;
 * - `gen_response_configs`: the first assistant turn, or every candidate;
 * - `response_seed`, `response_tokens` …: the last assistant turn;
 * - `seed`, `completion_tokens` …: the last turn, which is the response when there is one; but the instruction in rows that
 *   have `response_…` columns too (an instruction generated first, and answered later by a program that added its own).
 *
 * A value that does not fit its field, or contradicts what is known already, stays in its column.
 */
export function readGenerations(columns: Columns, draft: Draft): void {
  const instruction = draft.turns.find((turn) => turn.role === "user");
  readConfig(columns, "gen_input_configs", [instruction]);
  readConfig(columns, "gen_input_config", [instruction]);
  if (draft.candidates !== undefined) {
    readConfig(
      columns,
      "gen_response_configs",
      draft.candidates.map((candidate) => candidate.turns.at(-1)),
    );
    return;
  }
  readConfig(columns, "gen_response_configs", [draft.turns.find(isResponse)]);
  const isResponseDescribed = readFlat(columns, responseColumns, draft.turns.findLast(isResponse));
  readFlat(columns, flatColumns, isResponseDescribed ? instruction : draft.turns.at(-1));
}

function isResponse(turn: DraftTurn): boolean {
  return turn.role === "assistant";
}

/** Whether any of the columns was taken. */
function readFlat(columns: Columns, fields: FieldNames, turn: DraftTurn | undefined): boolean {
  if (turn === undefined || turn.role === "system") return false;
  let taken = false;
  for (const column of columns.names) {
    const field = fields.get(column);
    if (field === undefined || !describe(turn, field, columns.row[column]!)) continue;
    columns.take(column);
    taken = true;
  }
  return taken;
}

function readConfig(columns: Columns, column: string, turns: readonly (DraftTurn | undefined)[]): void {
  const config = columns.row[column];
  if (!isObject(config)) return;
  const described = turns.filter((turn) => turn !== undefined);
  if (described.length === 0) return;
  const rest: { [key: string]: Json } = {};
  let hasRest = false;
  for (const key of Object.keys(config)) {
    const field = configKeys.get(key);
    const value = config[key]!;
    if (field !== undefined && describeAll(described, field, value)) continue;
    setColumn(rest, key, value);
    hasRest = true;
  }
  if (hasRest) columns.takeBut(column, rest);
  else columns.take(column);
}

function describeAll(turns: readonly DraftTurn[], field: Field, value: Json): boolean {
  let all = true;
  for (const turn of turns) if (!describe(turn, field, value)) all = false;
  return all;
}

/** What other engines call the same end. */
const finishReasonNames: ReadonlyMap<unknown, FinishReason> = new Map<unknown, FinishReason>([
  ["eos", "stop"],
  ["eos_token", "stop"],
  ["end_turn", "stop"],
  ["stop_sequence", "stop"],
  ["max_tokens", "length"],
  ["max_length", "length"],
]);

/** Sets a field of the turn's generation; whether it now says all that `value` says. */
function describe(turn: DraftTurn, field: Field, value: Json): boolean {
  const known = turn.generation?.[field];
  if (known !== undefined) return known === value;
  if (fieldAccepts[field](value)) {
    setField(turn, field, value);
    return true;
  }
  if (field === "finishReason" && typeof value === "string")
    setField(turn, field, finishReasonNames.get(value) ?? "other");
  return false;
}

function setField(turn: DraftTurn, field: Field, value: Json): void {
  turn.generation ??= {};
  (turn.generation as { [F in Field]?: Json })[field] = value;
}
