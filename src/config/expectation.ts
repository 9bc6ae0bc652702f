/** The parts of a JSON Schema that say in words what a value must be. */
export interface SchemaWords {
  readonly expected?: string;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly SchemaWords[];
  readonly oneOf?: readonly SchemaWords[];
  readonly type?: string | readonly string[];
  readonly pattern?: string;
  readonly minLength?: number;
  readonly minItems?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
  readonly exclusiveMaximum?: number;
}

/** What a schema asks for, as the object of "expected …". A schema's own `expected` annotation wins. */
export function expectationOf(schema: SchemaWords): string {
  if (schema.expected !== undefined) return schema.expected;
  if ("const" in schema) return JSON.stringify(schema.const);
  if (schema.enum !== undefined) return alternatives(schema.enum.map((value) => JSON.stringify(value)));
  const branches = schema.anyOf ?? schema.oneOf;
  if (branches !== undefined) return alternatives(branches.map(expectationOf));
  if (typeof schema.type !== "string") return alternatives((schema.type ?? ["value"]).map(nounOf));
  const pattern = schema.pattern === undefined ? "" : ` that matches ${schema.pattern}`;
  return `${sizedNoun(schema, schema.type)}${rangeOf(schema)}${pattern}`;
}

/** The strings a schema allows, when it allows nothing else; for "did you mean". */
export function wordsOf(schema: SchemaWords): readonly string[] {
  if (typeof schema.const === "string") return [schema.const];
  if (schema.enum !== undefined) return schema.enum.filter((value) => typeof value === "string");
  return (schema.anyOf ?? schema.oneOf ?? []).flatMap(wordsOf);
}

/** A value as a problem shows it: scalars as JSON, anything larger by its kind. */
export function showValue(value: unknown): string {
  if (value === null || value === undefined) return "nothing";
  if (Array.isArray(value)) return value.length === 0 ? "an empty list" : "a list";
  return typeof value === "object" ? "a mapping" : String(JSON.stringify(value));
}

function sizedNoun(schema: SchemaWords, type: string): string {
  if (type === "string" && (schema.minLength ?? 0) > 0) return "a text that is not empty";
  if (type === "array" && (schema.minItems ?? 0) > 0) return "a list that is not empty";
  return nounOf(type);
}

function nounOf(type: string): string {
  switch (type) {
    case "integer":
      return "a whole number";
    case "number":
      return "a number";
    case "string":
      return "a text";
    case "boolean":
      return "true or false";
    case "array":
      return "a list";
    case "object":
      return "a mapping";
    default:
      return type;
  }
}

function rangeOf(schema: SchemaWords): string {
  const { minimum, maximum, exclusiveMinimum, exclusiveMaximum } = schema;
  if (minimum !== undefined && maximum !== undefined) return ` from ${minimum} to ${maximum}`;
  const bounds: string[] = [];
  if (minimum !== undefined) bounds.push(`of at least ${minimum}`);
  if (exclusiveMinimum !== undefined) bounds.push(`greater than ${exclusiveMinimum}`);
  if (maximum !== undefined) bounds.push(`of at most ${maximum}`);
  if (exclusiveMaximum !== undefined) bounds.push(`less than ${exclusiveMaximum}`);
  return bounds.length === 0 ? "" : ` ${bounds.join(" and ")}`;
}

function alternatives(options: readonly string[]): string {
  const unique = [...new Set(options)];
  if (unique.length < 2) return unique.join("");
  return `${unique.slice(0, -1).join(", ")} or ${unique.at(-1)}`;
}
