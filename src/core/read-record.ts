import type { JsonObject } from "./json.ts";
import { formatPosition, type Position } from "./position.ts";
import { isCanonical, readCanonical } from "./read-shapes/canonical.ts";
import { whyNotCarried } from "./read-shapes/carried-json.ts";
import { Columns, isObject, kindOf } from "./read-shapes/columns.ts";
import { readConversation, takeRepeatedConversations } from "./read-shapes/conversation.ts";
import { decodeJson, decodeUtf8 } from "./read-shapes/decode-json.ts";
import { readCreated, readId, readSystem, readThinking } from "./read-shapes/details.ts";
import { unwrapExtra } from "./read-shapes/extra-column.ts";
import { readGenerations } from "./read-shapes/generations.ts";
import { readInstruction, takeRepeatedTexts } from "./read-shapes/instruction.ts";
import { readCandidates, readPreference } from "./read-shapes/preference.ts";
import { listColumns, ShapeProblem, shapeError } from "./read-shapes/shape-error.ts";
import type { MagpieRecord } from "./record.ts";

/**
 * The record in the bytes of a message: UTF-8 encoded JSON of any shape the readers know, with or without a byte order
 * mark. A row of columns becomes a conversation; what no reader knows, or of another type than expected, is in `extra`.
 *
 * - Records of ours, curated or rejected; the verdict of a rejected one is dropped.
 * - Magpie's columns under all their names, with `conversations`, further turns and sampling configs.
 * - Preferences (`chosen`, `rejected`, `responses`): the common turns, and candidates, the chosen one first.
 * - Messages in OpenAI's and in ShareGPT's form; distilabel; Alpaca; `prompt` and `completion`.
 *
 * The id is that of the row (`id`, `uuid`, `conversation_id`, `row_id`; integers become strings), else
 * `topic/partition/offset`. `provenance.source` is left to the runtime.
 *
 * @throws MagpieError MGP_RECORD_ENCODING, MGP_RECORD_JSON or MGP_RECORD_SHAPE, which say where and what was expected.
 */
export function readRecord(bytes: Uint8Array, position: Position): MagpieRecord {
  const text = decodeUtf8(bytes, position);
  const row = decodeJson(text, position);
  if (!isObject(row)) throw shapeError(position, `is ${kindOf(row)}; a record is a JSON object`);
  try {
    const record = isCanonical(row)
      ? readCanonical(row, text, formatPosition(position))
      : readColumns(row, text, position);
    refuseChanged(record, text);
    return record;
  } catch (error) {
    throw error instanceof ShapeProblem ? shapeError(position, error.message) : error;
  }
}

function readColumns(row: JsonObject, text: string, position: Position): MagpieRecord {
  const columns = new Columns(row);
  const draft = readPreference(columns) ?? readConversation(columns) ?? readInstruction(columns);
  if (draft === undefined) throw new ShapeProblem(unknownShape(row));
  readCandidates(columns, draft);
  takeRepeatedTexts(columns, draft);
  takeRepeatedConversations(columns, draft);
  readSystem(columns, draft);
  readThinking(columns, draft);
  readGenerations(columns, draft);
  const id = readId(columns, text) ?? formatPosition(position);
  const created = readCreated(columns);
  return {
    id,
    turns: draft.turns,
    ...(draft.candidates === undefined ? {} : { candidates: draft.candidates }),
    provenance: created === undefined ? {} : { created },
    measures: {},
    tags: {},
    extra: unwrapExtra(columns.extra()),
  };
}

function unknownShape(row: JsonObject): string {
  return (
    `has ${listColumns(Object.keys(row))}; expected a conversation (a list of messages in messages, conversations, ` +
    "conversation or turns), an instruction (a text in instruction, input or prompt) or both chosen and rejected; " +
    "rename the columns that hold them"
  );
}

/** What a record carries unread must come out again as it came in. */
function refuseChanged(record: MagpieRecord, text: string): void {
  for (const part of ["extra", "measures", "tags", "candidates"] as const) {
    const problem = whyNotCarried(record[part], text);
    if (problem !== undefined) throw new ShapeProblem(`cannot be kept as it is: its ${part} ${problem}`);
  }
}
