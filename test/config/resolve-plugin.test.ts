import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { describe, expect, test } from "vitest";
import { builtins } from "../../src/builtins.ts";
import { loadPlugin } from "../../src/config/plugin-loader.ts";
import { resolvePlugin } from "../../src/config/resolve-plugin.ts";
import { MagpieError } from "../../src/core/errors.ts";
import type { Plugin } from "../../src/core/plugin.ts";
import { isRecordError, RecordError } from "../../src/core/record-error.ts";
import { sha256Hex } from "../../src/core/sha256.ts";
import { folderWith, minWordsPlugin } from "./workplace.ts";

const resolve = (use: string, folder: string) => resolvePlugin(use, folder, builtins);

async function failure(promise: Promise<unknown>): Promise<readonly [string, string]> {
  try {
    await promise;
  } catch (error) {
    if (error instanceof MagpieError) return [error.code, error.message];
    throw error;
  }
  throw new Error("nothing was thrown");
}

const packageFiles = (name: string, source: string) => ({
  [`node_modules/${name}/package.json`]: JSON.stringify({
    name,
    version: "1.0.0",
    type: "module",
    exports: { ".": { import: "./index.js" }, "./strict": { import: "./index.js" } },
  }),
  [`node_modules/${name}/index.js`]: source,
});

/** A plugin that needs nothing: what a package on its own can export. */
const plainPlugin = `export default {
  kind: "transform",
  meta: {
    name: "plain",
    version: "2.0.1",
    summary: "Leaves records as they are.",
    config: { type: "object", properties: {}, additionalProperties: false },
  },
  setup: () => ({ apply: (batch) => batch }),
};`;

describe("resolvePlugin", () => {
  test("a name is a built-in first", async () => {
    const length = builtins.get("length")!;
    expect(await resolve("length", folderWith(packageFiles("length", plainPlugin)))).toEqual({
      plugin: length.plugin,
      origin: { kind: "builtin", name: "length", url: length.url },
    });
  });

  test("a file gets this very package when it imports magpie-stream, wherever it lies", async () => {
    const source = minWordsPlugin
      .replace("closed,", "RecordError, closed,")
      .replace(
        "batch.map((record) =>",
        'batch.map((record) => record.id === "bad" ? new RecordError("BAD", "bad") :',
      );
    const folder = folderWith({ "filters/min-words.ts": source });
    const { plugin, origin } = await resolve("./filters/min-words.ts", folder);
    expect(origin).toEqual({
      kind: "file",
      path: join(folder, "filters/min-words.ts"),
      sha256: sha256Hex(source),
    });
    const [error] = await measure(plugin, "bad");
    expect(error).toBeInstanceOf(RecordError);
    expect(isRecordError(error)).toEqual(true);
    expect(await measure(plugin, "good")).toEqual([{ words: 3 }]);
  });

  test.each(["ts", "mts", "js", "mjs"])(
    "a .%s file works, with types or without, importing its neighbours",
    async (extension) => {
      const folder = folderWith({
        [`plugin.${extension}`]: minWordsPlugin
          .replace("{ minimum: 0,", "{ minimum: least,")
          .replace("export default", 'import { least } from "./least.ts";\nexport default'),
        "least.ts": "export const least: number = 0;\n",
      });
      const { plugin } = await resolve(join(folder, `plugin.${extension}`), folder);
      expect(plugin.meta.name).toEqual("min-words");
    },
  );

  test("the hash of a file is also of the files it imports", async () => {
    const folder = folderWith({
      "plugin.ts": `import "./helper.js";\n${minWordsPlugin}`,
      "helper.ts": 'export { two } from "./deep/two.ts";\n',
      "deep/two.ts": "export const two = 2;\n",
    });
    const hash = async () => {
      const { origin } = await resolve("./plugin.ts", folder);
      return origin.kind === "file" ? origin.sha256 : undefined;
    };
    const before = await hash();
    expect(await hash()).toEqual(before);
    writeFileSync(join(folder, "deep/two.ts"), "export const two = 3;\n");
    expect(await hash()).not.toEqual(before);
  });

  test("a file is read again at every load, so that code and hash belong together", async () => {
    const folder = folderWith({ "plugin.ts": minWordsPlugin });
    await resolve("./plugin.ts", folder);
    writeFileSync(join(folder, "plugin.ts"), minWordsPlugin.replace("1.0.0", "1.1.0"));
    expect((await resolve("./plugin.ts", folder)).plugin.meta.version).toEqual("1.1.0");
  });

  test.each(["plain", "@scope/plain", "@scope/plain/strict"])(
    "the package %s is found from the folder",
    async (use) => {
      const folder = folderWith(packageFiles(use.replace("/strict", ""), plainPlugin));
      const { plugin, origin } = await resolve(use, folder);
      expect([plugin.meta.version, origin]).toEqual([
        "2.0.1",
        { kind: "package", specifier: use, resolvedFrom: folder },
      ]);
    },
  );

  test("what is nowhere is told with what was tried and what to do", async () => {
    const folder = folderWith({ "mine.ts": minWordsPlugin });
    expect([
      await failure(resolve("sanitise", folder)),
      await failure(resolve("mine.ts", folder)),
      await failure(resolve("@acme/toxicity/strict", folder)),
      await failure(resolve("two words", folder)),
      await failure(resolve("./none.ts", folder)),
      await failure(resolve("./filter.py", folder)),
    ]).toEqual([
      ["MGP_PLUGIN_NOT_FOUND", 'there is no plugin "sanitise"; did you mean "sanitize"?'],
      ["MGP_PLUGIN_NOT_FOUND", 'there is no plugin "mine.ts"; for the file, write "./mine.ts"'],
      [
        "MGP_PLUGIN_NOT_FOUND",
        `there is no plugin "@acme/toxicity/strict": it is not built in (${[...builtins.keys()].join(", ")}) and no package that can be found from ${folder}; if it is a package: npm install @acme/toxicity`,
      ],
      [
        "MGP_PLUGIN_NOT_FOUND",
        `there is no plugin "two words": it is not built in (${[...builtins.keys()].join(", ")}), not a path and not the name of a package`,
      ],
      [
        "MGP_PLUGIN_NOT_FOUND",
        `there is no plugin file ${join(folder, "none.ts")}; paths are relative to the folder of the configuration file`,
      ],
      [
        "MGP_PLUGIN_NOT_FOUND",
        '"./filter.py" cannot be a plugin file; a local plugin ends in .ts, .mts, .js, .mjs',
      ],
    ]);
  });

  test("what is not a plugin is told with all that is wrong with it", async () => {
    const folder = folderWith({
      "nothing.ts": "export const plugin = 1;\n",
      "other.ts": "export default { kind: 'sieve' };\n",
      "bare.ts":
        "export default { kind: 'stateful', meta: { name: 'Bare', version: 1, config: 5, measures: {} } };\n",
      "schema.ts":
        "export default { kind: 'transform', setup() {}, meta: { name: 'a', version: '1.0.0', config: { type: 'object', properties: { a: { type: 'nonsense' } } } } };\n",
      "throws.ts": "throw new Error('out of luck');\n",
      "broken.ts": "export default {{;\n",
    });
    const path = (name: string) => join(folder, name);
    const hint = "it must export by default what defineTransform, defineFilter or defineStateful returns";
    expect([
      await failure(resolve("./nothing.ts", folder)),
      await failure(resolve("./other.ts", folder)),
      await failure(resolve("./bare.ts", folder)),
      await failure(resolve("./throws.ts", folder)),
    ]).toEqual([
      ["MGP_PLUGIN_INVALID", `${path("nothing.ts")} is not a plugin: ${hint}`],
      ["MGP_PLUGIN_INVALID", `${path("other.ts")} is not a plugin: ${hint}`],
      [
        "MGP_PLUGIN_INVALID",
        `${path("bare.ts")} is not a plugin: setup must be a function; decide must be a function; fingerprint must be a function; meta.name must be a kebab-case name; meta.version must be a semantic version such as "1.0.0"; meta.config must be a TypeBox object schema; meta.measures must be a TypeBox object schema; meta.reasons must map every reason code to its sentence`,
      ],
      ["MGP_PLUGIN_INVALID", `the plugin ${path("throws.ts")} cannot be loaded: out of luck`],
    ]);
    const [code, message] = await failure(resolve("./schema.ts", folder));
    expect([code, message.includes("meta.config is not a valid JSON Schema")]).toEqual([
      "MGP_PLUGIN_INVALID",
      true,
    ]);
    const [syntax] = await failure(resolve("./broken.ts", folder));
    expect(syntax).toEqual("MGP_PLUGIN_INVALID");
  });
});

describe("loadPlugin", () => {
  test("finds a built-in, a file and a package again by their origin", async () => {
    const folder = folderWith({ "plugin.ts": minWordsPlugin, ...packageFiles("plain", plainPlugin) });
    const names: string[] = [];
    for (const use of ["exact-dedup", "./plugin.ts", "plain"]) {
      const { origin } = await resolve(use, folder);
      names.push((await loadPlugin(origin)).meta.name);
    }
    expect(names).toEqual(["exact-dedup", "min-words", "plain"]);
  });

  test("refuses a file that is no longer what the plan says", async () => {
    const folder = folderWith({ "plugin.ts": minWordsPlugin });
    const { origin } = await resolve("./plugin.ts", folder);
    writeFileSync(join(folder, "plugin.ts"), `${minWordsPlugin}\n`);
    expect(await failure(loadPlugin(origin))).toEqual([
      "MGP_PLUGIN_INVALID",
      `${join(folder, "plugin.ts")} has changed since the pipeline started; restart, so that all of the pipeline runs the same code`,
    ]);
  });

  test("says when a package is gone and when there is nothing to import", async () => {
    const folder = folderWith({});
    expect([
      await failure(loadPlugin({ kind: "package", specifier: "plain", resolvedFrom: folder })),
      await failure(loadPlugin({ kind: "value" })),
      (
        await failure(
          loadPlugin({ kind: "builtin", name: "x", url: pathToFileURL(join(folder, "x.ts")).href }),
        )
      )[0],
    ]).toEqual([
      ["MGP_PLUGIN_NOT_FOUND", `the package plain can no longer be found from ${folder}`],
      [
        "MGP_PLUGIN_INVALID",
        "a plugin given as an object in code cannot run in a worker thread; name it by built-in name, path or package, or set workers to 0",
      ],
      "MGP_PLUGIN_INVALID",
    ]);
  });
});

async function measure(plugin: Plugin, id: string): Promise<readonly unknown[]> {
  if (plugin.kind !== "filter") throw new Error("a filter was expected");
  const nothing = () => {};
  const instance = await plugin.setup(
    {},
    {
      logger: { debug: nothing, info: nothing, warn: nothing, error: nothing },
      signal: new AbortController().signal,
      cacheDir: "",
      random: () => () => 0,
      once: (_, ask) => ask(),
      model: () => Promise.reject(new Error("no model is needed")),
    },
  );
  const record = {
    id,
    turns: [{ role: "user", content: "three short words" }],
    provenance: {},
    measures: {},
    tags: {},
    extra: {},
  } as const;
  return instance.measure([record], new AbortController().signal);
}
