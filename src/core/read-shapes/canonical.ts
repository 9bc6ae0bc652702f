import type { Json, JsonObject } from "../json.ts";
import type { MagpieRecord } from "../record.ts";
import { setColumn } from "./carried-json.ts";
import { isObject, kindOf } from "./columns.ts";
import { digitsOf } from "./details.ts";
import { isGeneration } from "./messages.ts";
import { ShapeProblem } from "./shape-error.ts";

/** Whether a row is a record of ours, curated or rejected, and not a row that happens to have a column `turns`. */
export function isCanonical(row: JsonObject): boolean {
  return (
    Array.isArray(row["turns"]) &&
    (isObject(row["provenance"]) ||
      isObject(row["measures"]) ||
      isObject(row["tags"]) ||
      isObject(row["extra"]))
  );
}

/**
 * A record of ours, checked by hand because every record of every later pipeline passes here. The `verdict` of a rejected
 * record is dropped; columns somebody added become `extra`.
 */
export function readCanonical(row: JsonObject, text: string, positionId: string): MagpieRecord {
  checkTurns(row["turns"], "turns");
  if (row["candidates"] !== undefined) checkCandidates(row["candidates"]);
  if (row["provenance"] !== undefined) checkProvenance(row["provenance"]);
  if (row["measures"] !== undefined) checkMembers(row["measures"], "measures", checkObject);
  if (row["tags"] !== undefined) checkMembers(row["tags"], "tags", checkTag);
  if (row["extra"] !== undefined) checkObject(row["extra"], "extra");
  if (row["plan"] !== undefined) checkString(row["plan"], "plan");
  return isComplete(row) ? row : complete(row, text, positionId);
}

const recordColumns: ReadonlySet<string> = new Set([
  "id",
  "turns",
  "candidates",
  "provenance",
  "measures",
  "tags",
  "plan",
  "extra",
]);

/** Whether the checked row is a MagpieRecord as it stands. */
function isComplete(row: JsonObject): row is JsonObject & MagpieRecord {
  if (typeof row["id"] !== "string" || row["id"] === "") return false;
  if (row["provenance"] === undefined || row["measures"] === undefined) return false;
  if (row["tags"] === undefined || row["extra"] === undefined) return false;
  for (const column of Object.keys(row)) if (!recordColumns.has(column)) return false;
  return true;
}

function complete(row: JsonObject, text: string, positionId: string): MagpieRecord {
  const { id, turns, candidates, provenance, measures, tags, plan, ...others } = row as JsonObject &
    Partial<MagpieRecord>;
  return {
    id: completeId(row["id"], text) ?? positionId,
    turns: turns!,
    ...(candidates === undefined ? {} : { candidates }),
    provenance: provenance ?? {},
    measures: measures ?? {},
    tags: tags ?? {},
    ...(plan === undefined ? {} : { plan }),
    extra: completeExtra(others),
  };
}

function completeId(id: Json | undefined, text: string): string | undefined {
  if (id === undefined || id === "") return undefined;
  const digits = typeof id === "number" ? digitsOf("id", id, text) : id;
  if (typeof digits !== "string")
    throw new ShapeProblem(`has ${kindOf(id)} as id where a text or an integer belongs`);
  return digits;
}

function completeExtra({ extra, verdict, ...added }: JsonObject): JsonObject {
  const known = (extra ?? {}) as JsonObject;
  const columns = isVerdict(verdict) || verdict === undefined ? added : { ...added, verdict };
  const all: { [column: string]: Json } = { ...known };
  for (const column of Object.keys(columns)) {
    if (Object.hasOwn(known, column))
      throw new ShapeProblem(
        `has the column ${JSON.stringify(column)} both beside and in its extra; rename one`,
      );
    setColumn(all, column, columns[column]!);
  }
  return all;
}

function isVerdict(value: unknown): boolean {
  return isObject(value) && typeof value["stage"] === "string" && Array.isArray(value["reasons"]);
}

function checkTurns(turns: unknown, path: string): void {
  if (!Array.isArray(turns)) throw wrong(path, turns, "a list of turns");
  for (let i = 0; i < turns.length; i++) checkTurn(turns[i], path, i);
}

function checkTurn(turn: unknown, path: string, index: number): void {
  if (!isObject(turn)) throw wrong(`${path}[${index}]`, turn, "a turn");
  const { role, content } = turn;
  if (role !== "user" && role !== "assistant" && role !== "system")
    throw new ShapeProblem(
      `has ${JSON.stringify(role)?.slice(0, 60)} as ${path}[${index}].role; a record's roles are system, user, assistant`,
    );
  if (typeof content !== "string") throw wrong(`${path}[${index}].content`, content, "a text");
  for (const key of Object.keys(turn)) {
    if (key === "role" || key === "content") continue;
    const value = turn[key];
    if (key === "thinking" && typeof value === "string") continue;
    if (key === "generation" && isGeneration(value)) continue;
    throw wrong(`${path}[${index}].${key}`, value, "what the record schema allows");
  }
}

function checkCandidates(candidates: unknown): void {
  if (!Array.isArray(candidates)) throw wrong("candidates", candidates, "a list of candidates");
  candidates.forEach((candidate, index) => {
    const path = `candidates[${index}]`;
    checkObject(candidate, path);
    const { turns, measures, ...others } = candidate;
    checkTurns(turns, `${path}.turns`);
    if (measures !== undefined) checkObject(measures, `${path}.measures`);
    for (const key of Object.keys(others)) throw wrong(`${path}.${key}`, others[key], "nothing");
  });
}

function checkProvenance(provenance: unknown): void {
  checkObject(provenance, "provenance");
  for (const key of Object.keys(provenance)) {
    const value = provenance[key];
    if (key === "created" && Number.isFinite(value)) continue;
    const isText = key === "source" || key === "sampler" || key === "ticket" || key === "variant";
    if (isText && typeof value === "string") continue;
    throw wrong(`provenance.${key}`, value, "what the record schema allows");
  }
}

function checkTag(tag: unknown, path: string): void {
  checkObject(tag, path);
  if (tag["value"] === undefined) throw wrong(`${path}.value`, undefined, "the label");
  checkString(tag["by"], `${path}.by`);
  for (const key of Object.keys(tag))
    if (key !== "value" && key !== "by") throw wrong(`${path}.${key}`, tag[key], "nothing");
}

function checkMembers(value: unknown, path: string, check: (member: unknown, path: string) => void): void {
  checkObject(value, path);
  for (const key of Object.keys(value)) check(value[key], `${path}.${key}`);
}

function checkObject(value: unknown, path: string): asserts value is JsonObject {
  if (!isObject(value)) throw wrong(path, value, "an object");
}

function checkString(value: unknown, path: string): void {
  if (typeof value !== "string") throw wrong(path, value, "a text");
}

function wrong(path: string, value: unknown, expected: string): ShapeProblem {
  return new ShapeProblem(`has ${kindOf(value)} as ${path} where ${expected} belongs`);
}
