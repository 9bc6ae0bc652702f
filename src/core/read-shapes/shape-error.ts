import { MagpieError } from "../errors.ts";
import { formatPosition, type Position } from "../position.ts";

const namedColumns = 30;
const nameCharacters = 60;
const problemCharacters = 2_000;

/** MGP_RECORD_SHAPE: `problem` goes on from "record …" at `position`; a path in it may be as long as a key. */
export function shapeError(position: Position, problem: string): MagpieError {
  const said = problem.length <= problemCharacters ? problem : `${problem.slice(0, problemCharacters)} …`;
  return new MagpieError("MGP_RECORD_SHAPE", `record ${formatPosition(position)} ${said}`);
}

/** Thrown by readers that do not know the record's position: `read-record` adds it. */
export class ShapeProblem extends Error {}

/** Names for a message, the first of them when there are many. */
export function listColumns(columns: readonly string[]): string {
  if (columns.length === 0) return "no columns";
  const names = columns.slice(0, namedColumns).map((name) => JSON.stringify(name.slice(0, nameCharacters)));
  const more = columns.length - names.length;
  return `the ${columns.length === 1 ? "column" : "columns"} ${names.join(", ")}${more > 0 ? ` and ${more} more` : ""}`;
}
