import { shapeProblems } from "../../config/plugin-shape.ts";
import { validateStageConfig } from "../../config/validate-stage-config.ts";
import { isTransform, type Plugin } from "../../core/plugin.ts";
import type { ConformanceRule, Report } from "./violation.ts";

/** The parts of a JSON Schema that are looked at. */
interface SchemaNode {
  readonly type?: unknown;
  readonly properties?: { readonly [name: string]: SchemaNode };
  readonly additionalProperties?: unknown;
  readonly required?: readonly string[];
  readonly description?: unknown;
  readonly default?: unknown;
}

export function checkMetadata(plugin: Plugin, folder: string | undefined, report: Report): void {
  const { meta } = plugin;
  for (const problem of shapeProblems(plugin)) report("metadata", problem);
  if (![undefined, "stable", "experimental"].includes(meta.stability))
    report("metadata", "meta.stability must be stable or experimental");
  if (!isSentence(meta.summary)) report("metadata", "meta.summary must be a sentence");
  if ((meta.examples ?? []).length === 0) report("example", "meta.examples is empty");
  if (folder !== undefined && meta.name !== folder)
    report("name", `meta.name is ${meta.name}, its folder ${folder}`);

  checkSchema(meta.config, "config", report);
  const defaults = validateStageConfig(plugin, {});
  if ("problems" in defaults)
    for (const problem of defaults.problems)
      if (!isMissingKey(meta.config, problem.path))
        report("config_default", `${problem.path.join(".") || "with: {}"}: ${problem.message}`);

  if (isTransform(plugin)) return;
  checkSchema(plugin.meta.measures, "measures", report);
  for (const [code, sentence] of Object.entries(plugin.meta.reasons)) {
    if (!/^[a-z][a-z0-9]*(_[a-z0-9]+)*$/.test(code)) report("reasons", `${code} is not snake_case`);
    if (!isSentence(sentence)) report("reasons", `${code} has no sentence`);
  }
}

function checkSchema(schema: unknown, what: "config" | "measures", report: Report): void {
  const node = schema as SchemaNode;
  const closed: ConformanceRule = what === "config" ? "config_closed" : "measures_schema";
  const described: ConformanceRule = what === "config" ? "config_described" : "measures_schema";
  if (node.additionalProperties !== false)
    report(closed, `${what} does not refuse unknown keys; use closed({…})`);
  for (const [name, property] of Object.entries(node.properties ?? {})) {
    if (!isSentence(property.description)) report(described, `${what}.${name} has no description`);
    const optional = !(node.required ?? []).includes(name);
    if (what === "config" && optional && property.default === undefined)
      report("config_default", `config.${name} is optional and has no default`);
    if (property.properties !== undefined) checkSchema(property, what, report);
  }
}

/** A key everyone has to give is no mistake in a default. */
function isMissingKey(schema: unknown, path: readonly PropertyKey[]): boolean {
  const node = schema as SchemaNode;
  const required = (node.required ?? []).filter((name) => node.properties?.[name]?.default === undefined);
  return required.length > 0 && (path.length === 0 || required.includes(String(path[0])));
}

function isSentence(text: unknown): boolean {
  return typeof text === "string" && text.trim().length > 0;
}
