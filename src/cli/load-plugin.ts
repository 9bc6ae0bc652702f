import { stat } from "node:fs/promises";
import { basename, dirname, extname, join, resolve } from "node:path";
import { importPluginFile, pluginExtensions } from "../config/plugin-module.ts";
import { resolveExec } from "../config/resolve-exec.ts";
import { MagpieError } from "../core/errors.ts";
import type { Plugin } from "../core/plugin.ts";
import { defaultStageOptions } from "../core/stage-options.ts";
import type { CliDeps } from "./deps.ts";

const namesInFolder = [...pluginExtensions, ".py"].map((extension) => `plugin${extension}`);

/**
 * The plugin at a path: a module; a Python file, run with `python3`; any other file, run as it is; or a folder with `plugin.ts`,
 * `plugin.py` or the like. Throws MGP_PLUGIN_NOT_FOUND and MGP_PLUGIN_INVALID.
 */
export async function loadPluginAt(given: string, env: CliDeps["env"]): Promise<Plugin> {
  const path = await findPluginFile(given);
  if (pluginExtensions.includes(extname(path))) return importPluginFile(path);
  const file = `./${basename(path)}`;
  const command = extname(path) === ".py" ? ["python3", file] : [file];
  const { plugin } = await resolveExec(command, { folder: dirname(path), env, ...defaultStageOptions });
  return plugin;
}

/** The file of the plugin at a path, absolute. Throws MGP_PLUGIN_NOT_FOUND. */
export async function findPluginFile(given: string): Promise<string> {
  const path = resolve(given);
  const found = await stat(path).catch(() => undefined);
  if (found?.isFile()) return path;
  if (found?.isDirectory())
    for (const name of namesInFolder)
      if ((await stat(join(path, name)).catch(() => undefined))?.isFile()) return join(path, name);
  const what = found?.isDirectory()
    ? `${path} has none of ${namesInFolder.join(", ")}`
    : `there is no file ${path}`;
  throw new MagpieError("MGP_PLUGIN_NOT_FOUND", `${what}; name the file of a plugin or its folder`);
}
