import type { Json } from "../json.ts";
import { setColumn } from "./carried-json.ts";
import { type Columns, isObject } from "./columns.ts";
import { readConversation } from "./conversation.ts";
import type { Draft, DraftCandidate, DraftTurn } from "./draft.ts";
import { readPromptText } from "./instruction.ts";
import { isMessages, isSameTurn, readMessages } from "./messages.ts";

/**
 * A preference: `chosen` and `rejected`, both texts after a prompt or both whole conversations. The record's turns are
 * what the two have in common, its candidates how they go on, the chosen one first.
 */
export function readPreference(columns: Columns): Draft | undefined {
  const { chosen, rejected } = columns.row;
  if (typeof chosen === "string" && typeof rejected === "string") {
    const turns = readPrompt(columns);
    if (turns === undefined) return undefined;
    columns.take("chosen");
    columns.take("rejected");
    return { turns, candidates: [answer(chosen), answer(rejected)] };
  }
  if (!isMessages(chosen) || !isMessages(rejected)) return undefined;
  const a = readMessages(columns, "chosen");
  const b = readMessages(columns, "rejected");
  const common = commonLength(a, b);
  const shared = a.slice(0, common);
  const prompt = shared.some((turn) => turn.role === "user") ? [] : readPrompt(columns);
  if (prompt === undefined) return undefined;
  return {
    turns: [...prompt, ...shared],
    candidates: [{ turns: a.slice(common) }, { turns: b.slice(common) }],
  };
}

function readPrompt(columns: Columns): DraftTurn[] | undefined {
  const conversation = readConversation(columns);
  if (conversation !== undefined) return conversation.turns;
  const prompt = readPromptText(columns);
  return prompt === undefined ? undefined : [prompt];
}

function answer(content: string): DraftCandidate {
  return { turns: [{ role: "assistant", content }] };
}

/** Length of the common beginning that leaves each of the two at least one turn. */
function commonLength(a: readonly DraftTurn[], b: readonly DraftTurn[]): number {
  const most = Math.min(a.length, b.length) - 1;
  let length = 0;
  while (length < most && isSameTurn(a[length]!, b[length]!)) length++;
  return length;
}

/**
 * Further candidates of a record that ends with a question: `responses`, a list of texts (with `rewards_armorm`, one entry
 * per response, as their measures), or `candidates`, a list of objects with a `response`.
 */
export function readCandidates(columns: Columns, draft: Draft): void {
  if (draft.turns.at(-1)?.role !== "user") return;
  const { responses, candidates } = columns.row;
  if (isListOf(responses, (item) => typeof item === "string")) readResponses(columns, draft, responses);
  else if (draft.candidates === undefined && isListOf(candidates, isForeignCandidate)) {
    columns.take("candidates");
    draft.candidates = candidates.map(readForeignCandidate);
  }
}

function isListOf<T>(value: unknown, test: (item: unknown) => item is T): value is readonly T[] {
  return Array.isArray(value) && value.length > 0 && value.every(test);
}

/** The chosen and the rejected one are among the responses: they are not listed twice. */
function readResponses(columns: Columns, draft: Draft, responses: readonly string[]): void {
  columns.take("responses");
  const rewards = columns.row["rewards_armorm"];
  const hasRewards = Array.isArray(rewards) && rewards.length === responses.length;
  if (hasRewards) columns.take("rewards_armorm");

  const candidates = [...(draft.candidates ?? [])];
  const chosenAndRejected = new Set(candidates);
  responses.forEach((response, index) => {
    let candidate = candidates.find((known) => chosenAndRejected.has(known) && isAnswer(known, response));
    if (candidate === undefined) {
      candidate = answer(response);
      candidates.push(candidate);
    } else chosenAndRejected.delete(candidate);
    if (hasRewards) candidate.measures = { rewards_armorm: rewards[index] };
  });
  draft.candidates = candidates;
}

function isAnswer(candidate: DraftCandidate, response: string): boolean {
  return candidate.turns.length === 1 && candidate.turns[0]!.content === response;
}

type ForeignCandidate = { readonly [key: string]: Json } & { readonly response: string };

function isForeignCandidate(value: unknown): value is ForeignCandidate {
  return isObject(value) && typeof value["response"] === "string";
}

/** What else is said of a candidate are its measures. */
function readForeignCandidate(foreign: ForeignCandidate): DraftCandidate {
  const turn: DraftTurn = { role: "assistant", content: foreign.response };
  const measures: { [key: string]: Json } = {};
  for (const key of Object.keys(foreign)) {
    const value = foreign[key]!;
    if (key === "response") continue;
    if (key === "model" && typeof value === "string") turn.generation = { model: value };
    else setColumn(measures, key, value);
  }
  return { turns: [turn], measures };
}
