import type { TSchema } from "typebox";
import { builtins } from "../src/builtins.ts";
import { ConfigSchema } from "../src/config/schema.ts";

type Json = { [key: string]: unknown };

/** The JSON Schema of magpie.yaml for editors: it also knows what each built-in plugin takes in `with`. */
export function generateConfigSchema(): Map<string, string> {
  const schema = plain(ConfigSchema);
  const stage = at(
    schema,
    "properties",
    "pipelines",
    "additionalProperties",
    "properties",
    "stages",
    "items",
  );
  stage["oneOf"] = [{ required: ["use"] }, { required: ["exec"] }];
  stage["allOf"] = [...builtins].map(([name, { plugin }]) => ({
    if: { properties: { use: { const: name } }, required: ["use"] },
    // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
    then: { properties: { with: optional(plain(plugin.meta.config)) } },
  }));
  const document = { $schema: "https://json-schema.org/draft/2020-12/schema", ...schema };
  return new Map([["schemas/config/v1.schema.json", `${JSON.stringify(document, null, 2)}\n`]]);
}

/** A copy as JSON, without the annotation that only words our messages. */
function plain(schema: TSchema): Json {
  return JSON.parse(JSON.stringify(schema, (key, value) => (key === "expected" ? undefined : value)));
}

/** Keys with a default need not be written. */
function optional(config: Json): Json {
  const properties = config["properties"] as { [key: string]: Json };
  const required = (config["required"] as string[] | undefined)?.filter(
    (key) => properties[key] !== undefined && !("default" in properties[key]),
  );
  return { ...config, required };
}

function at(schema: Json, ...keys: readonly string[]): Json {
  return keys.reduce((inner, key) => inner[key] as Json, schema);
}
