import type { Json } from "../json.ts";
import type { Generation } from "../record.ts";
import { setColumn } from "./carried-json.ts";
import { type Columns, isObject, kindOf } from "./columns.ts";
import type { DraftTurn } from "./draft.ts";
import { fieldAccepts } from "./generations.ts";
import { roleNames } from "./roles.ts";
import { ShapeProblem } from "./shape-error.ts";

/** Names of a turn's reasoning, in a message or beside a response; the first that is a text counts. */
export const thinkingNames = ["thinking", "reasoning_content", "reasoning"] as const;

/** Whether a value is a list of messages: whatever is wrong with them, it was meant to be one. */
export function isMessages(value: unknown): value is readonly Json[] {
  if (!Array.isArray(value)) return false;
  const [first] = value;
  return isObject(first) && (first["role"] !== undefined || first["from"] !== undefined);
}

/**
 * The turns of a column of messages, either OpenAI's `{role, content}` or ShareGPT's `{from, value}`. Keys a turn has no
 * place for stay in `extra` under the column's name, as a list with one object per message.
 */
export function readMessages(columns: Columns, column: string): DraftTurn[] {
  const messages = columns.row[column] as readonly Json[];
  const rests: { [key: string]: Json }[] = [];
  let hasRest = false;
  const turns = messages.map((message, index) => {
    const rest: { [key: string]: Json } = {};
    const turn = readMessage(message, `${column}[${index}]`, rest);
    rests.push(rest);
    hasRest ||= Object.keys(rest).length > 0;
    return turn;
  });
  if (hasRest) columns.takeBut(column, rests);
  else columns.take(column);
  return turns;
}

function readMessage(message: Json, path: string, rest: { [key: string]: Json }): DraftTurn {
  if (!isObject(message)) throw new ShapeProblem(`has ${kindOf(message)} as ${path} where a message belongs`);
  const roleKey = message["role"] === undefined ? "from" : "role";
  const contentKey = message["content"] === undefined ? "value" : "content";
  const role = roleNames.get(message[roleKey]);
  if (role === undefined)
    throw new ShapeProblem(
      `has ${JSON.stringify(message[roleKey])?.slice(0, 60)} as ${path}.${roleKey}; the roles are ${[...roleNames.keys()].join(", ")}`,
    );
  const content = message[contentKey];
  if (typeof content !== "string")
    throw new ShapeProblem(`has ${kindOf(content)} as ${path}.${contentKey} where a text belongs`);
  const turn: DraftTurn = { role, content };
  for (const key of Object.keys(message)) {
    if (key === roleKey || key === contentKey) continue;
    const value = message[key]!;
    if (!readDetail(turn, key, value)) setColumn(rest, key, value);
  }
  return turn;
}

/** Whether the turn has a place for the value. */
function readDetail(turn: DraftTurn, key: string, value: Json): boolean {
  if (key === "generation") {
    if (!isGeneration(value)) return false;
    turn.generation = value;
    return true;
  }
  if (!(thinkingNames as readonly string[]).includes(key) || typeof value !== "string") return false;
  if (turn.thinking !== undefined) return turn.thinking === value;
  turn.thinking = value;
  return true;
}

export function isGeneration(value: unknown): value is Generation {
  if (!isObject(value)) return false;
  for (const field of Object.keys(value))
    if (!Object.hasOwn(fieldAccepts, field) || !fieldAccepts[field as keyof Generation](value[field]))
      return false;
  return true;
}

/** The same words by the same speaker. */
export function isSameTurn(a: DraftTurn, b: DraftTurn): boolean {
  return a.role === b.role && a.content === b.content && a.thinking === b.thinking;
}
