import type { Plugin } from "../../../src/core/plugin.ts";
import type { PluginOrigin } from "../../../src/core/stage.ts";

/** A loader that knows modules by URL only. */
export async function loadPlugin(origin: PluginOrigin): Promise<Plugin> {
  if (origin.kind !== "builtin") throw new Error(`no loader for ${origin.kind}`);
  return (await import(origin.url)).default;
}
