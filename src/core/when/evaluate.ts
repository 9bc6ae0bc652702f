import type { Json } from "../json.ts";
import type { MagpieRecord } from "../record.ts";
import type { Expression, Operand, Ordering } from "./expression.ts";

type Test = (record: MagpieRecord) => boolean;
type Value = (record: MagpieRecord) => Json;

const compare: { readonly [by in Ordering]: (a: number, b: number) => boolean } = {
  "<": (a, b) => a < b,
  "<=": (a, b) => a <= b,
  ">": (a, b) => a > b,
  ">=": (a, b) => a >= b,
};

/**
 * A condition as a function. Total: what a record does not have is null, an ordering of anything but two numbers does not
 * hold, and what is neither text, number, true, false nor null equals nothing.
 */
export function compileWhen(expression: Expression): Test {
  switch (expression.kind) {
    case "or": {
      const [left, right] = [compileWhen(expression.left), compileWhen(expression.right)];
      return (record) => left(record) || right(record);
    }
    case "and": {
      const [left, right] = [compileWhen(expression.left), compileWhen(expression.right)];
      return (record) => left(record) && right(record);
    }
    case "not": {
      const operand = compileWhen(expression.operand);
      return (record) => !operand(record);
    }
    case "equal": {
      const [left, right] = [readerOf(expression.left), readerOf(expression.right)];
      return (record) => isEqual(left(record), right(record));
    }
    case "ordered": {
      const [left, right] = [readerOf(expression.left), readerOf(expression.right)];
      const holds = compare[expression.by];
      return (record) => {
        const [a, b] = [left(record), right(record)];
        return typeof a === "number" && typeof b === "number" && holds(a, b);
      };
    }
    case "in": {
      const operand = readerOf(expression.operand);
      const values = expression.values.map(({ value }) => value);
      return (record) => {
        const found = operand(record);
        return values.some((value) => isEqual(found, value));
      };
    }
    case "holds": {
      const operand = readerOf(expression.operand);
      return (record) => operand(record) === true;
    }
  }
}

function isEqual(a: Json, b: Json): boolean {
  return a === b && (a === null || typeof a !== "object");
}

function readerOf(operand: Operand): Value {
  if (operand.kind === "literal") return () => operand.value;
  const [first = "", second = ""] = operand.keys;
  switch (operand.root) {
    case "tags":
      return ({ tags }) => (Object.hasOwn(tags, first) ? tags[first]!.value : null);
    case "measures":
      return ({ measures }) => (Object.hasOwn(measures, first) ? memberOf(measures[first]!, second) : null);
    case "provenance":
      return ({ provenance }) => memberOf(provenance as { readonly [name: string]: Json }, first);
    default:
      throw new TypeError(`the condition names ${operand.root}, which no record has`);
  }
}

function memberOf(object: { readonly [name: string]: Json }, key: string): Json {
  return Object.hasOwn(object, key) ? (object[key] ?? null) : null;
}
