import type { CommitPolicy, Limits } from "../core/limits.ts";
import type { Pipeline } from "../core/pipeline.ts";
import type { TopicSettings } from "../log/log.ts";

/** When the embedded log's disk is synced: before every commit is acknowledged, or in the background (see docs). */
export type SyncPolicy = "commit" | "background";

export interface EmbeddedLogConfig {
  readonly kind: "embedded";
  /** Absolute. */
  readonly path: string;
  readonly sync: SyncPolicy;
}

/** A configuration that was validated, with defaults filled in and plugins loaded. */
export interface Config {
  /** Absolute path of the file. */
  readonly path: string;
  readonly name: string;
  readonly log: EmbeddedLogConfig;
  /** Settings of every topic the config names or implies. */
  readonly topics: { readonly [topic: string]: TopicSettings };
  readonly pipelines: readonly Pipeline[];
  readonly limits: Limits;
  readonly commit: CommitPolicy;
}
