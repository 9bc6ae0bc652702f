import type { JsonObject } from "./json.ts";
import type { Plugin } from "./plugin.ts";
import type { StageOptions } from "./stage-options.ts";

/** Where a worker thread (or the plan) finds a plugin again. */
export type PluginOrigin =
  /** `url` is the module whose default export is the plugin. */
  | { readonly kind: "builtin"; readonly name: string; readonly url: string }
  /** `sha256` is of the file's bytes. */
  | { readonly kind: "file"; readonly path: string; readonly sha256: string }
  | { readonly kind: "package"; readonly specifier: string; readonly resolvedFrom: string }
  /** A program of its own: the plugin itself says how it is started. */
  | { readonly kind: "program" }
  /** Given as an object in code: cannot run in worker threads. */
  | { readonly kind: "value" };

/** A configured plugin in a pipeline. */
export interface Stage {
  /** Unique in its pipeline; the plugin's name by default. */
  readonly id: string;
  readonly plugin: Plugin;
  readonly origin: PluginOrigin;
  /** Checked against the plugin's schema, defaults filled in. */
  readonly config: JsonObject;
  readonly options: StageOptions;
  /** Of the models it asks for, what shapes their answers; part of the plan. */
  readonly models?: { readonly [name: string]: JsonObject };
}
