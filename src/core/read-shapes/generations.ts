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

type FieldNames = readonly (readonly [column: string, field: Field])[];

/** Columns about one generated turn. Of several names of one field the first counts. */
const flatColumns: FieldNames = [
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
];

const responseColumns: FieldNames = [
  ...flatColumns.map(([column, field]) => [`response_${column}`, field] as const),
  ["response_tokens", "completionTokens"],
];

/** Keys of Magpie's `gen_input_config(s)` and `gen_response_configs`. */
const configKeys: FieldNames = [
  ["input_generator", "model"],
  ["output_generator", "model"],
  ["seed", "seed"],
  ["temperature", "temperature"],
  ["top_p", "topP"],
  ["max_tokens", "maxTokens"],
];

export const generationColumns: readonly string[] = [
  ...[...flatColumns, ...responseColumns].map(([column]) => column),
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
function readFlat(columns: Columns, names: FieldNames, turn: DraftTurn | undefined): boolean {
  if (turn === undefined || turn.role === "system") return false;
  let taken = false;
  for (const [column, field] of names) {
    const value = columns.row[column];
    if (value === undefined || !describe(turn, field, value)) continue;
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
  const taken: string[] = [];
  for (const [key, field] of configKeys) {
    const value = config[key];
    if (value === undefined) continue;
    const results = described.map((turn) => describe(turn, field, value));
    if (results.every(Boolean)) taken.push(key);
  }
  const rest: { [key: string]: Json } = {};
  let rests = 0;
  for (const key of Object.keys(config)) {
    if (taken.includes(key)) continue;
    setColumn(rest, key, config[key]!);
    rests++;
  }
  if (rests === 0) columns.take(column);
  else columns.takeBut(column, rest);
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
    turn.generation = { ...turn.generation, [field]: value };
    return true;
  }
  if (field === "finishReason" && typeof value === "string")
    turn.generation = { ...turn.generation, finishReason: finishReasonNames.get(value) ?? "other" };
  return false;
}
