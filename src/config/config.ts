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

export interface Limits {
  readonly maxRecordBytes: number;
  /** Bytes read and not yet committed, per pipeline. */
  readonly windowBytes: number;
  /** Records read and not yet committed, per pipeline. */
  readonly windowRecords: number;
}

/** A commit is made when any of the three is reached. */
export interface CommitPolicy {
  readonly records: number;
  readonly bytes: number;
  readonly everyMs: number;
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
