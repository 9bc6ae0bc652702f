import type { ModulePlugin } from "../core/plugin.ts";
import type { PluginOrigin } from "../core/stage.ts";
import { PluginError } from "./plugin-error.ts";
import { importPluginFile, importPluginModule, resolvePackage } from "./plugin-module.ts";
import { sourceHash } from "./source-hash.ts";

/**
 * Imports a plugin again from where it was found, as a worker thread does. Throws MGP_PLUGIN_NOT_FOUND when it is gone,
 * MGP_PLUGIN_INVALID when a local file has changed since or the plugin was given as an object in code.
 */
export async function loadPlugin(origin: PluginOrigin): Promise<ModulePlugin> {
  switch (origin.kind) {
    case "builtin":
      return importPluginModule(origin.url, origin.name);
    case "file": {
      const plugin = await importPluginFile(origin.path);
      if ((await sourceHash(origin.path)) === origin.sha256) return plugin;
      throw new PluginError("MGP_PLUGIN_INVALID", `${origin.path} has changed since the pipeline started`, {
        hint: "restart, so that all of the pipeline runs the same code",
      });
    }
    case "package": {
      const url = resolvePackage(origin.specifier, origin.resolvedFrom);
      if (url !== undefined) return importPluginModule(url, origin.specifier);
      throw new PluginError(
        "MGP_PLUGIN_NOT_FOUND",
        `the package ${origin.specifier} can no longer be found from ${origin.resolvedFrom}`,
      );
    }
    case "program":
    case "value":
      throw new PluginError(
        "MGP_PLUGIN_INVALID",
        "a plugin given as an object in code cannot run in a worker thread",
        {
          hint: "name it by built-in name, path or package, or set workers to 0",
        },
      );
  }
}
