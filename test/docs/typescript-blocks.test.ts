import { readFileSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import ts from "typescript";
import { expect, onTestFinished, test } from "vitest";
import { importPluginFile } from "../../src/config/plugin-module.ts";
import type { Plugin } from "../../src/core/plugin.ts";
import { checkConformance } from "../../src/testing/conformance.ts";
import { type Block, blocksIn, root } from "./blocks.ts";

const blocks = blocksIn("ts");

const template = (name: string) => readFileSync(join(root, `templates/plugin/${name}.txt`), "utf8");

/** What `magpie plugin new` writes. */
const templates = ["transform", "filter", "stateful"].flatMap((kind): Block[] => [
  { name: `template-${kind}`, file: "plugin.ts", text: template(`${kind}.ts`) },
  { name: `template-${kind}`, file: "plugin.test.ts", text: template(`${kind}.test.ts`) },
]);
const plugins = blocks.filter(({ text }) => text.includes("export default define"));

/** Where a block lies for the compiler: in the root of the repository; those with a name beside the others of their document. */
function pathOf({ name, file }: Block, index: number): string {
  return file === undefined
    ? join(root, `documented-${index}.ts`)
    : join(root, `documented-${name.replace(/ .*/, "").replaceAll("/", "-")}`, file);
}

/** What the compiler has against the blocks. */
function mistakesIn(blocks: readonly Block[]): readonly string[] {
  const files = new Map(blocks.map((block, index) => [pathOf(block, index), block.text]));
  const nameOf = (path: string) => blocks[[...files.keys()].indexOf(path)]?.name ?? path;
  const { config } = ts.readConfigFile(join(root, "tsconfig.json"), ts.sys.readFile);
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, root);
  const host = ts.createCompilerHost(options);
  const program = ts.createProgram([...files.keys()], options, {
    ...host,
    fileExists: (path) => files.has(path) || host.fileExists(path),
    directoryExists: (path) => path.startsWith(join(root, "documented-")) || ts.sys.directoryExists(path),
    readFile: (path) => files.get(path) ?? host.readFile(path),
    getSourceFile(path, language, ...rest) {
      const text = files.get(path);
      return text === undefined
        ? host.getSourceFile(path, language, ...rest)
        : ts.createSourceFile(path, text, language);
    },
  });
  return [...files.keys()].flatMap((path) => {
    const source = program.getSourceFile(path);
    const found = [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)];
    return found.map(
      (each) => `${nameOf(path)}: ${ts.flattenDiagnosticMessageText(each.messageText, "\n").split("\n")[0]}`,
    );
  });
}

async function pluginOf({ text }: Block): Promise<Plugin> {
  const folder = await mkdtemp(join(tmpdir(), "magpie-docs-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  await writeFile(join(folder, "plugin.ts"), text);
  return importPluginFile(join(folder, "plugin.ts"));
}

test("every documented piece of TypeScript and every template compiles, and one that does not would be found", () => {
  const wrong = {
    name: "wrong",
    text: 'import { keep } from "magpie-stream";\nexport const verdict: string = keep;\n',
  };
  expect(mistakesIn([...blocks, ...templates, wrong])).toEqual([
    "wrong: Type 'Verdict<never>' is not assignable to type 'string'.",
  ]);
}, 180_000);

test("the documentation shows a plugin of every kind", async () => {
  const kinds = await Promise.all(plugins.map(async (block) => (await pluginOf(block)).kind));
  expect([...new Set(kinds)].sort()).toEqual(["filter", "stateful", "transform"]);
});

test.each([
  ["transform", "trim-closing"],
  ["stateful", "opening-cap"],
])("the %s that `plugin new` writes is the one that is documented", (kind, name) => {
  const documented = blocks.map(({ text }) => text).find((text) => text.includes(`name: "${name}"`));
  expect(template(`${kind}.ts`).replace("NAME", name)).toBe(documented);
});

test.each(plugins)("the plugin $name does what its examples say, and keeps the contract", async (block) => {
  const violations = await checkConformance(await pluginOf(block));
  // The README's filter is as short as one can be: it gives no examples and describes no measures.
  const expected = block.name.startsWith("README.md") ? ["example", "measures_schema", "reason_example"] : [];
  expect(violations.filter(({ rule }) => !expected.includes(rule))).toEqual([]);
});
