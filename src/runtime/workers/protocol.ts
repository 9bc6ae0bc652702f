import type { JsonObject } from "../../core/json.ts";
import type { Logger } from "../../core/plugin.ts";
import type { MagpieRecord } from "../../core/record.ts";
import type { PluginOrigin } from "../../core/stage.ts";
import type { WireError } from "./wire-error.ts";
import type { WireResults } from "./wire-results.ts";

/** What a worker thread needs to set its own copy of a stage up. */
export interface WorkerSpec {
  readonly stage: string;
  readonly origin: Exclude<PluginOrigin, { readonly kind: "value" | "program" }>;
  readonly config: JsonObject;
  /** sha256 of the plan, part of the seed of `context.random`. */
  readonly plan: string;
  readonly cacheDir: string;
  /** URL of a module exporting `loadPlugin(origin)`. */
  readonly loader: string;
}

/** To the worker. It is given a call only when it has answered the one before. */
export type WorkerRequest =
  | { readonly kind: "call"; readonly batch: readonly MagpieRecord[] }
  | { readonly kind: "close" };

/** From the worker: `ready` or `failed` once, then one `results` or `threw` for each call. */
export type WorkerReply =
  | { readonly kind: "ready" }
  | { readonly kind: "failed"; readonly error: WireError }
  | { readonly kind: "results"; readonly results: WireResults }
  | { readonly kind: "threw"; readonly error: WireError }
  | {
      readonly kind: "log";
      readonly level: keyof Logger;
      readonly message: string;
      readonly fields: JsonObject | undefined;
    };
