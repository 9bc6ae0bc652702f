import { stat } from "node:fs/promises";
import { extname, isAbsolute, resolve } from "node:path";
import type { Plugin } from "../core/plugin.ts";
import type { PluginOrigin } from "../core/stage.ts";
import { didYouMean } from "./did-you-mean.ts";
import { PluginError } from "./plugin-error.ts";
import { importPluginFile, importPluginModule, pluginExtensions, resolvePackage } from "./plugin-module.ts";
import { sourceHash } from "./source-hash.ts";

/** A plugin that comes with magpie-stream. `url` is the module whose default export it is. */
export interface Builtin {
  readonly plugin: Plugin;
  readonly url: string;
}

/** The built-in plugins by name. */
export type Builtins = ReadonlyMap<string, Builtin>;

export interface ResolvedPlugin {
  readonly plugin: Plugin;
  readonly origin: PluginOrigin;
}

/**
 * Finds what `use` names: a built-in; a file, when it starts with `./`, `../` or is absolute, relative to `folder`; else
 * an npm package as seen from `folder`. Throws MGP_PLUGIN_NOT_FOUND with what was tried, MGP_PLUGIN_INVALID.
 */
export async function resolvePlugin(
  use: string,
  folder: string,
  builtins: Builtins,
): Promise<ResolvedPlugin> {
  const builtin = builtins.get(use);
  if (builtin !== undefined)
    return { plugin: builtin.plugin, origin: { kind: "builtin", name: use, url: builtin.url } };
  if (/^\.{1,2}[/\\]/.test(use) || isAbsolute(use)) return resolveFile(use, folder);
  return resolveFromPackage(use, folder, builtins);
}

async function resolveFile(use: string, folder: string): Promise<ResolvedPlugin> {
  const path = resolve(folder, use);
  if (!pluginExtensions.includes(extname(path)))
    throw new PluginError("MGP_PLUGIN_NOT_FOUND", `${JSON.stringify(use)} cannot be a plugin file`, {
      hint: `a local plugin ends in ${pluginExtensions.join(", ")}`,
    });
  if (!(await isFile(path)))
    throw new PluginError("MGP_PLUGIN_NOT_FOUND", `there is no plugin file ${path}`, {
      hint: "paths are relative to the folder of the configuration file",
    });
  const plugin = await importPluginFile(path);
  return { plugin, origin: { kind: "file", path, sha256: await sourceHash(path) } };
}

async function resolveFromPackage(use: string, folder: string, builtins: Builtins): Promise<ResolvedPlugin> {
  const url = isPackageSpecifier(use) ? resolvePackage(use, folder) : undefined;
  if (url === undefined) throw await notFound(use, folder, builtins);
  const plugin = await importPluginModule(url, use);
  return { plugin, origin: { kind: "package", specifier: use, resolvedFrom: folder } };
}

async function notFound(use: string, folder: string, builtins: Builtins): Promise<PluginError> {
  const what = `there is no plugin ${JSON.stringify(use)}`;
  if (await isFile(resolve(folder, use)))
    return new PluginError("MGP_PLUGIN_NOT_FOUND", what, { hint: `for the file, write "./${use}"` });
  const meant = didYouMean(use, builtins.keys());
  if (meant !== undefined) return new PluginError("MGP_PLUGIN_NOT_FOUND", what, { hint: meant });
  const tried = `${what}: it is not built in (${[...builtins.keys()].join(", ")})`;
  if (!isPackageSpecifier(use))
    return new PluginError("MGP_PLUGIN_NOT_FOUND", `${tried}, not a path and not the name of a package`);
  return new PluginError("MGP_PLUGIN_NOT_FOUND", `${tried} and no package that can be found from ${folder}`, {
    hint: `if it is a package: npm install ${packageOf(use)}`,
  });
}

function isPackageSpecifier(use: string): boolean {
  return /^(@[a-z0-9~-][a-z0-9._~-]*\/)?[a-z0-9~-][a-z0-9._~-]*(\/[^\s]+)?$/.test(use);
}

function packageOf(specifier: string): string {
  return specifier
    .split("/")
    .slice(0, specifier.startsWith("@") ? 2 : 1)
    .join("/");
}

async function isFile(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isFile();
  } catch {
    return false;
  }
}
