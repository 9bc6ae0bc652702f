import { expectationOf, type SchemaWords } from "../src/config/expectation.ts";
import { nameExpectation } from "../src/config/name.ts";
import { ConfigSchema } from "../src/config/schema.ts";

interface Described extends SchemaWords {
  readonly description?: string;
  readonly default?: unknown;
  readonly properties?: { readonly [key: string]: Described };
  readonly required?: readonly string[];
  readonly additionalProperties?: Described | boolean;
  readonly items?: Described;
  readonly anyOf?: readonly Described[];
}

/** docs/configuration.md: every key of magpie.yaml, from its schema. */
export function generateConfigDocs(): Map<string, string> {
  const sections = sectionsOf("", JSON.parse(JSON.stringify(ConfigSchema)));
  return new Map([["docs/configuration.md", `${head}\n\n${sections.join("\n\n")}\n\n${tail}\n`]]);
}

/** One table for a mapping, followed by those of the mappings in it. */
function sectionsOf(path: string, schema: Described): readonly string[] {
  const rows: string[] = [];
  const inner: string[] = [];
  for (const [key, value] of Object.entries(schema.properties ?? {})) {
    const isRequired = schema.required?.includes(key) ?? false;
    rows.push(
      `| \`${key}\` | ${typeOf(value)} | ${defaultOf(value, isRequired)} | ${value.description ?? ""} |`,
    );
    const keyPath = path === "" ? key : `${path}.${key}`;
    const named = typeof value.additionalProperties === "object" ? value.additionalProperties : undefined;
    if (value.properties !== undefined) inner.push(...sectionsOf(keyPath, value));
    if (named?.properties !== undefined) inner.push(...sectionsOf(`${keyPath}.NAME`, named));
    for (const { items } of [value, ...(value.anyOf ?? [])])
      if (items?.properties !== undefined) inner.push(...sectionsOf(`${keyPath}[]`, items));
    for (const branch of value.anyOf ?? [])
      if (branch.properties !== undefined) inner.push(...sectionsOf(keyPath, branch));
  }
  const title = path === "" ? "## The file" : `## \`${path}\`\n\n${schema.description ?? ""}`;
  return [`${title}\n\n| key | value | default | meaning |\n|---|---|---|---|\n${rows.join("\n")}`, ...inner];
}

function typeOf(schema: Described): string {
  if (schema.items !== undefined) return "a list";
  if (schema.expected === nameExpectation) return "a name";
  return expectationOf(schema)
    .replace(/"[^"]+"/g, (word) => `\`${word.slice(1, -1)}\``)
    .replaceAll("|", "\\|");
}

function defaultOf(schema: Described, isRequired: boolean): string {
  if (isRequired) return "required";
  if (schema.default === undefined) return "";
  return typeof schema.default === "object" ? "" : `\`${String(schema.default)}\``;
}

const head = `<!-- Generated from src/config/schema.ts by \`npm run generate\`. -->

# Configuration

A configuration is one YAML file, \`magpie.yaml\` unless \`-c FILE\` names another. \`magpie lint\` lists everything wrong with it, each
mistake with file, line and column; every command refuses a file with mistakes and lists them all. An unknown key is a mistake.

\`\`\`yaml
version: 1
name: my-data
log: { kind: embedded, path: ./.magpie }
topics:
  instructions.raw: { partitions: 4, retention: { age: 30d, bytes: 10GB } }
pipelines:
  instructions:
    from: instructions.raw
    to: instructions.curated
    stages:
      - use: sanitize
      - use: format
      - { id: short, use: length, with: { field: instruction, minWords: 3 } }
      - { use: exact-dedup, with: { by: instruction } }
limits: { maxRecordBytes: 1MiB, windowBytes: 64MiB, windowRecords: 8192 }
commit: { records: 4096, bytes: 16MiB, everyMs: 250 }
\`\`\`

**Editors** complete and check the file when its first line is
\`# yaml-language-server: $schema=node_modules/magpie-stream/schemas/config/v1.schema.json\` (or wherever the package lies).

**Variables.** \`\${VAR}\` in a string is replaced by the environment variable; one that is not set is a mistake. Its value is never
printed by a message, but what stands in a stage's \`with\` becomes part of the plan, which is stored and shown. \`$\${VAR}\` is the text
\`\${VAR}\`. Between \`{ }\` and \`[ ]\`, YAML wants such a string quoted.

**Sizes** are bytes as a number, or with a unit: \`64MB\` is 64 · 10^6 bytes, \`64MiB\` is 64 · 2^20.

**Names** of topics, pipelines and stages are made of \`a-z\`, \`0-9\`, \`.\`, \`_\` and \`-\` (at most 201 characters, first a letter or digit).`;

const tail = `## Topics

The topics of a configuration are those in \`topics\`, those its pipelines read, and those they write: for a pipeline X, its \`to\`,
\`X.rejected\`, \`X.quarantine\` and \`X.plans\`; a sampler X has \`X.tickets\` besides. A topic has one writing pipeline, so that \`verify\` and \`reset\` know whose records it holds;
several pipelines may read it, and one pipeline may read several. A pipeline may read another's \`X.rejected\`. It may not read its own
output, not even through other pipelines.

## Plugins

\`use\` is looked up in this order:

1. the name of a built-in plugin;
2. a file, when it starts with \`./\`, \`../\` or \`/\`: relative to the folder of the configuration file; TypeScript or JavaScript, which need
   not be compiled. \`import … from "magpie-stream"\` works in it without an installation. The plan holds the sha256 of the file and of the files it
   imports by relative paths, so an edit is a new plan; packages it imports are not part of it;
3. an npm package (\`name\`, \`@scope/name\` or \`name/subpath\`), found from the folder of the configuration file. The plan holds the plugin's name and version.

Files and packages export the plugin as their default export.

\`exec: [python3, ./my_filter.py]\` names a program in the place of \`use\`: a filter or a transform in any language, over the
[plugin protocol](plugin-protocol.md). It runs in the folder of the configuration file, \`workers\` says in how many copies, and
\`import magpie_plugin\` finds the Python SDK. The plan holds the command and the sha256 of the files it names.

## In code

\`definePipeline({ name, from, to, stages: [stage(plugin, config, options)] })\` checks the same and throws a \`MagpieError\`
\`MGP_CONFIG_INVALID\` that lists every mistake.`;
