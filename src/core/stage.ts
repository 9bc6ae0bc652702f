import type { JsonObject } from "./json.ts";
import type { Plugin } from "./plugin.ts";

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

/** How the runtime calls a stage's pure phase. None of it is part of the plan. */
export interface StageOptions {
  /** Records a call is given at most. */
  readonly batch: number;
  /** Calls under way at once. */
  readonly concurrency: number;
  readonly timeoutMs: number;
  /** Further tries of a call that failed in a way that may pass. */
  readonly retries: number;
  /** Worker threads for the pure phase, 0 runs it here; of a plugin that is a program, how often it is started, at least once. */
  readonly workers: number;
  /** Of a plugin that is a program: milliseconds until it says what it is, and again until it is set up. */
  readonly startTimeoutMs: number;
  /** Of a plugin that is a program: bytes of memory that one copy and the processes it started may take. */
  readonly maxMemoryBytes: number;
}

/** A configured plugin in a pipeline. */
export interface Stage {
  /** Unique in its pipeline; the plugin's name by default. */
  readonly id: string;
  readonly plugin: Plugin;
  readonly origin: PluginOrigin;
  /** Checked against the plugin's schema, defaults filled in. */
  readonly config: JsonObject;
  readonly options: StageOptions;
}

export const defaultStageOptions: StageOptions = {
  batch: 256,
  concurrency: 8,
  timeoutMs: 30_000,
  retries: 2,
  workers: 0,
  startTimeoutMs: 60_000,
  maxMemoryBytes: 2 * 2 ** 30,
};
