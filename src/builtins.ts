import exactDedup from "../plugins/exact-dedup/plugin.ts";
import format from "../plugins/format/plugin.ts";
import language from "../plugins/language/plugin.ts";
import length from "../plugins/length/plugin.ts";
import minhashDedup from "../plugins/minhash-dedup/plugin.ts";
import respond from "../plugins/respond/plugin.ts";
import sample from "../plugins/sample/plugin.ts";
import sanitize from "../plugins/sanitize/plugin.ts";
import type { Builtin, Builtins } from "./config/resolve-plugin.ts";
import type { Plugin } from "./core/plugin.ts";

/** The plugins that come with magpie-stream, for stages made in code. */
export const plugins = {
  sanitize,
  format,
  length,
  exactDedup,
  minhashDedup,
  language,
  sample,
  respond,
} as const;

/** The plugins that come with magpie-stream, by the name a configuration uses. */
export const builtins: Builtins = new Map(
  Object.values(plugins).map((plugin) => [plugin.meta.name, builtin(plugin)]),
);

function builtin(plugin: Plugin): Builtin {
  // Modules lie beside each other in the sources (.ts) as in the build (.js).
  const extension = import.meta.url.endsWith(".ts") ? "ts" : "js";
  const path = `../plugins/${plugin.meta.name}/plugin.${extension}`;
  return { plugin, url: new URL(path, import.meta.url).href };
}
