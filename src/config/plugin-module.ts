import { readFile } from "node:fs/promises";
import { extname } from "node:path";
import { createJiti } from "jiti";
import { messageOf } from "../core/errors.ts";
import type { ModulePlugin } from "../core/plugin.ts";
import * as pluginApi from "./plugin-api.ts";
import { PluginError } from "./plugin-error.ts";
import { isPlugin, shapeProblems } from "./plugin-shape.ts";

/** Extensions of local plugin files. */
export const pluginExtensions = [".ts", ".mts", ".js", ".mjs"];

/** The plugin a local TypeScript or JavaScript file exports by default. Throws MGP_PLUGIN_INVALID. */
export async function importPluginFile(path: string): Promise<ModulePlugin> {
  const jiti = loaderFor(path);
  return pluginOf(path, async () =>
    // The source is read and evaluated again at every load: a cached module might be of an older state of the file.
    jiti.evalModule(await readFile(path, "utf8"), {
      id: path,
      filename: path,
      ext: extname(path),
      async: true,
      forceTranspile: true,
    }),
  );
}

/** The plugin a module exports by default, given by its `file:` URL. Throws MGP_PLUGIN_INVALID. */
export async function importPluginModule(url: string, name: string): Promise<ModulePlugin> {
  return pluginOf(name, () => loaderFor(url).import(url));
}

/** The URL of the module a package specifier means to a file in `folder`; undefined when there is none. */
export function resolvePackage(specifier: string, folder: string): string | undefined {
  return loaderFor(`${folder}/magpie.yaml`).esmResolve(specifier, { try: true });
}

function loaderFor(id: string) {
  return createJiti(id, { fsCache: false, virtualModules: { "magpie-stream": pluginApi } });
}

async function pluginOf(name: string, load: () => unknown): Promise<ModulePlugin> {
  let module: unknown;
  try {
    module = await load();
  } catch (cause) {
    throw new PluginError("MGP_PLUGIN_INVALID", `the plugin ${name} cannot be loaded: ${messageOf(cause)}`, {
      cause,
    });
  }
  const plugin: unknown = (module as { readonly default?: unknown } | undefined)?.default;
  if (isPlugin(plugin)) return plugin;
  throw new PluginError("MGP_PLUGIN_INVALID", `${name} is not a plugin: ${shapeProblems(plugin).join("; ")}`);
}
