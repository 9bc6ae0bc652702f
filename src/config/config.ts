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

export interface KafkaLogConfig {
  readonly kind: "kafka";
  /** Folder of snapshots and caches on this machine; absolute. */
  readonly path: string;
  /** `host:port`. */
  readonly brokers: readonly string[];
  readonly clientId: string;
  readonly compression: "none" | "gzip" | "snappy" | "lz4" | "zstd";
  /** Absolute paths of PEM files. */
  readonly tls?: { readonly ca?: string; readonly certificate?: string; readonly key?: string };
  readonly sasl?: {
    readonly mechanism: "plain" | "scram-sha-256" | "scram-sha-512";
    readonly username: string;
    readonly password: string;
  };
}

export type LogConfig = EmbeddedLogConfig | KafkaLogConfig;

/** Where `/metrics` and `/healthz` are served. */
export interface MetricsConfig {
  readonly host: string;
  /** Undefined: the usual one, or any that is free. */
  readonly port: number | undefined;
  readonly token: string | undefined;
}

/** A configuration that was validated, with defaults filled in and plugins loaded. */
export interface Config {
  /** Absolute path of the file. */
  readonly path: string;
  readonly name: string;
  readonly log: LogConfig;
  /** Settings of every topic the config names or implies. */
  readonly topics: { readonly [topic: string]: TopicSettings };
  readonly pipelines: readonly Pipeline[];
  readonly limits: Limits;
  readonly commit: CommitPolicy;
  readonly metrics: MetricsConfig;
}
