import type { TSchema } from "typebox";
import { messageOf } from "../core/errors.ts";
import type { ModulePlugin } from "../core/plugin.ts";
import { isMapping, memberOf } from "./mapping.ts";
import { assertSchema } from "./validate.ts";

const kinds = ["transform", "filter", "stateful", "external-transform", "external-filter"];

/** What keeps a module's default export from being a plugin; empty when it is one. */
export function shapeProblems(value: unknown): readonly string[] {
  const kind = memberOf(value, "kind");
  if (!isMapping(value) || !kinds.includes(String(kind)))
    return ["it must export by default what defineTransform, defineFilter or defineStateful returns"];
  const isExternal = kind === "external-transform" || kind === "external-filter";
  const isJudge = kind !== "transform" && kind !== "external-transform";
  const meta = value["meta"];
  const problems: string[] = [];
  const demand = (holds: boolean, what: string) => {
    if (!holds) problems.push(what);
  };
  demand(isExternal || typeof value["setup"] === "function", "setup must be a function");
  if (isJudge) demand(isExternal || typeof value["decide"] === "function", "decide must be a function");
  if (value["kind"] === "stateful")
    demand(typeof value["fingerprint"] === "function", "fingerprint must be a function");
  if (!isMapping(meta)) return [...problems, "meta is missing"];
  demand(isNamed(meta["name"]), "meta.name must be a kebab-case name");
  demand(isVersion(meta["version"]), 'meta.version must be a semantic version such as "1.0.0"');
  problems.push(...schemaProblems("meta.config", meta["config"]));
  if (isJudge) {
    problems.push(...schemaProblems("meta.measures", meta["measures"]));
    demand(isMapping(meta["reasons"]), "meta.reasons must map every reason code to its sentence");
  }
  return problems;
}

export function isPlugin(value: unknown): value is ModulePlugin {
  return shapeProblems(value).length === 0;
}

function isNamed(name: unknown): boolean {
  return typeof name === "string" && /^[a-z0-9]+(-[a-z0-9]+)*$/.test(name);
}

function isVersion(version: unknown): boolean {
  return typeof version === "string" && /^\d+\.\d+\.\d+(?:[-+][\w.+-]+)?$/.test(version);
}

function schemaProblems(what: string, schema: unknown): readonly string[] {
  if (memberOf(schema, "type") !== "object") return [`${what} must be a TypeBox object schema`];
  try {
    assertSchema(schema as TSchema);
    return [];
  } catch (error) {
    return [`${what} is not a valid JSON Schema: ${messageOf(error)}`];
  }
}
