import { readdir } from "node:fs/promises";
import type { Json } from "../src/core/json.ts";
import { type Example, type ExampleOutcome, isTransform, type Plugin, roleOf } from "../src/core/plugin.ts";

interface Property {
  readonly description?: string;
  readonly default?: Json;
  readonly type?: string;
  readonly const?: Json;
  readonly anyOf?: readonly Property[];
  readonly minimum?: number;
  readonly maximum?: number;
}

const folder = new URL("../plugins/", import.meta.url);

/** A README for every plugin, rendered from its definition, by path from the repository's root. */
export async function generatePluginDocs(): Promise<Map<string, string>> {
  const files = new Map<string, string>();
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    if (!entry.isDirectory()) continue;
    files.set(`plugins/${entry.name}/README.md`, renderPlugin(await importPlugin(entry.name)));
  }
  return files;
}

/** The script runs compiled beside compiled plugins, and as TypeScript in tests. */
async function importPlugin(name: string): Promise<Plugin> {
  const extension = import.meta.url.endsWith(".ts") ? "ts" : "js";
  const module: { default: Plugin } = await import(new URL(`${name}/plugin.${extension}`, folder).href);
  return module.default;
}

const kinds = {
  transform: "A transform: it rewrites records and drops none.",
  filter: "A filter: it measures each record by itself and decides from the measures.",
  stateful: "A stateful filter: it remembers what it kept, and decides in log order.",
} as const;

function renderPlugin(plugin: Plugin): string {
  const { meta } = plugin;
  const sections = [
    "<!-- Generated from plugin.ts by `npm run generate`; do not edit. -->",
    `# ${meta.name}`,
    meta.summary,
    `Version ${meta.version}, ${meta.stability ?? "experimental"}. ${kinds[roleOf(plugin)]}`,
    "## Config",
    table(
      ["key", "default", "values", "meaning"],
      Object.entries<Property>(meta.config.properties).map(([name, property]) => [
        code(name),
        property.default === undefined ? "required" : code(JSON.stringify(property.default)),
        values(property),
        property.description ?? "",
      ]),
    ),
  ];
  const calls = Object.entries(meta.calls ?? {});
  if (calls.length > 0)
    sections.push(
      `Where the stage does not say otherwise it is called with ${calls.map(([name, value]) => code(`${name}: ${value}`)).join(", ")}.`,
    );
  if (!isTransform(plugin)) {
    sections.push(
      "## Measures",
      table(
        ["measure", "values", "meaning"],
        Object.entries<Property>(plugin.meta.measures.properties).map(([name, property]) => [
          code(name),
          values(property),
          property.description ?? "",
        ]),
      ),
      "## Reasons",
      table(
        ["reason", "sentence"],
        Object.entries(plugin.meta.reasons).map(([reason, sentence]) => [code(reason), sentence]),
      ),
    );
    const tags = Object.entries(plugin.meta.tags ?? {});
    if (tags.length > 0)
      sections.push(
        "## Tags",
        table(
          ["tag", "meaning"],
          tags.map(([tag, meaning]) => [code(tag), meaning]),
        ),
      );
  }
  sections.push("## Examples");
  for (const example of meta.examples ?? []) sections.push(...renderExample(meta.name, example));
  return `${sections.join("\n\n")}\n`;
}

function renderExample(name: string, example: Example<unknown, string>): readonly string[] {
  const config = example.with === undefined ? "" : `, with: ${JSON.stringify(example.with)}`;
  return [
    `### ${example.title}`,
    `\`\`\`yaml\n- { use: ${name}${config} }\n\`\`\``,
    table(
      ["record", "outcome"],
      example.records.map((record, i) => [code(shown(record)), outcomeText(example.outcomes[i])]),
    ),
  ];
}

function outcomeText(outcome: ExampleOutcome<string> | undefined): string {
  if (outcome === undefined) return "";
  if ("error" in outcome) return `quarantined: ${code(outcome.error)}`;
  const measures = outcome.measures === undefined ? "" : ` ${code(JSON.stringify(outcome.measures))}`;
  if (!outcome.keep) return `dropped: ${outcome.reasons.map(code).join(", ")}${measures}`;
  const contents =
    outcome.contents === undefined
      ? ""
      : `: ${outcome.contents.map((text) => code(JSON.stringify(text))).join(", ")}`;
  const tags = outcome.tags === undefined ? "" : ` tags ${code(JSON.stringify(outcome.tags))}`;
  return `kept${contents}${measures}${tags}`;
}

const longestShown = 160;

function shown(record: unknown): string {
  const text = JSON.stringify(record);
  return text.length <= longestShown ? text : `${text.slice(0, longestShown)}…`;
}

function values(property: Property): string {
  if (property.anyOf !== undefined) return property.anyOf.map(values).join(" or ");
  if (property.const !== undefined) return code(JSON.stringify(property.const));
  const { type = "any", minimum, maximum } = property;
  if (minimum !== undefined && maximum !== undefined) return `${type}, ${minimum} to ${maximum}`;
  return minimum === undefined ? type : `${type}, ${minimum} or more`;
}

function table(heads: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
  return [line(heads), line(heads.map(() => "---")), ...rows.map(line)].join("\n");
}

/** Inline code, fenced by more backticks than the text has in a row. */
function code(text: string): string {
  const longest = Math.max(0, ...(text.match(/`+/g) ?? []).map((run) => run.length));
  const fence = "`".repeat(longest + 1);
  return longest === 0 ? `\`${text}\`` : `${fence} ${text} ${fence}`;
}
