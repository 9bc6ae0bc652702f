import type { TSchema } from "typebox";
import type { Pipeline } from "../core/pipeline.ts";
import { isTransform } from "../core/plugin.ts";
import type { Scalar } from "../core/when/expression.ts";

type ScalarType = "number" | "text" | "boolean" | "null";

/** What a value can be: of which types, and, where only certain texts are possible, which. */
export interface ValueType {
  readonly types: ReadonlySet<ScalarType>;
  readonly words?: readonly string[];
}

/** The tags and measures that records can have when a pipeline is done with them. */
export interface KnownValues {
  readonly tags: ReadonlySet<string>;
  /** Stage id → measure → its type; undefined for lists and mappings. */
  readonly measures: ReadonlyMap<string, ReadonlyMap<string, ValueType | undefined>>;
}

/** From the plugins of the pipeline itself and of all pipelines whose curated records it reads, directly or not. */
export function knownValues(pipeline: Pipeline, all: readonly Pipeline[]): KnownValues {
  const tags = new Set<string>();
  const measures = new Map<string, Map<string, ValueType | undefined>>();
  for (const { stages } of withFeeders(pipeline, all)) {
    for (const { id, plugin } of stages) {
      if (isTransform(plugin)) continue;
      for (const tag of Object.keys(plugin.meta.tags ?? {})) tags.add(tag);
      const known = measures.get(id) ?? new Map<string, ValueType | undefined>();
      for (const [name, schema] of Object.entries(plugin.meta.measures.properties))
        known.set(name, typeOf(schema));
      measures.set(id, known);
    }
  }
  return { tags, measures };
}

function withFeeders(pipeline: Pipeline, all: readonly Pipeline[]): ReadonlySet<Pipeline> {
  const found = new Set([pipeline]);
  for (const { from } of found)
    for (const other of all) if (other.to.some(({ topic }) => from.includes(topic))) found.add(other);
  return found;
}

interface SchemaNode {
  readonly type?: string;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly SchemaNode[];
}

/** Undefined for what is neither number, text, true, false nor null. */
function typeOf(schema: TSchema): ValueType | undefined {
  const alternatives = alternativesOf(schema as SchemaNode);
  const types = new Set<ScalarType>();
  const words: string[] = [];
  let isAnyText = false;
  for (const { type, ...rest } of alternatives) {
    if ("const" in rest) {
      types.add(scalarTypeOf(rest.const as Scalar));
      if (typeof rest.const === "string") words.push(rest.const);
    } else if (type === "number" || type === "integer") types.add("number");
    else if (type === "boolean" || type === "null") types.add(type);
    else if (type === "string") {
      types.add("text");
      isAnyText = true;
    } else return undefined;
  }
  return words.length > 0 && !isAnyText ? { types, words } : { types };
}

function alternativesOf(schema: SchemaNode): readonly SchemaNode[] {
  if (schema.anyOf !== undefined) return schema.anyOf.flatMap(alternativesOf);
  if (schema.enum !== undefined) return schema.enum.map((value) => ({ const: value }));
  return [schema];
}

export function scalarTypeOf(value: Scalar): ScalarType {
  if (value === null) return "null";
  return typeof value === "string" ? "text" : (typeof value as "number" | "boolean");
}
