import { resolve } from "node:path";
import type { CommitPolicy, Limits } from "../core/limits.ts";
import { outputTopics, type Pipeline } from "../core/pipeline.ts";
import { parseBytes, parseDuration } from "../core/units.ts";
import type { Retention, TopicSettings } from "../log/log.ts";
import type { Config, LogConfig, MetricsConfig } from "./config.ts";
import type { RawConfig, RawTopic } from "./schema.ts";

/** Turns what passed the schema (with its defaults filled in) into what the program works with. */
export function normalise(
  raw: RawConfig,
  pipelines: readonly Pipeline[],
  file: { readonly path: string; readonly folder: string },
): Config {
  return {
    path: file.path,
    name: required(raw.name),
    log: logOf(required(raw.log), file.folder),
    topics: topicsOf(raw.topics ?? {}, pipelines),
    pipelines,
    limits: limitsOf(required(raw.limits)),
    commit: commitOf(required(raw.commit)),
    metrics: metricsOf(required(raw.metrics)),
  };
}

function logOf(raw: NonNullable<RawConfig["log"]>, folder: string): LogConfig {
  const path = resolve(folder, required(raw.path));
  if (required(raw.kind) === "embedded") return { kind: "embedded", path, sync: required(raw.sync) };
  return {
    kind: "kafka",
    path,
    brokers: required(raw.brokers),
    clientId: required(raw.clientId),
    compression: required(raw.compression),
    ...(raw.tls === undefined ? {} : { tls: mapValues(raw.tls, (file) => resolve(folder, file)) }),
    ...(raw.sasl === undefined ? {} : { sasl: raw.sasl }),
  };
}

function mapValues(
  files: { readonly [name: string]: string },
  change: (file: string) => string,
): { readonly [name: string]: string } {
  return Object.fromEntries(Object.entries(files).map(([name, file]) => [name, change(file)]));
}

/** Every topic that is configured, read or written. Without a prototype: a topic may be called `constructor`. */
function topicsOf(
  configured: { readonly [topic: string]: RawTopic },
  pipelines: readonly Pipeline[],
): Config["topics"] {
  const topics: { [topic: string]: TopicSettings } = Object.create(null);
  for (const [topic, settings] of Object.entries(configured)) topics[topic] = settingsOf(settings);
  for (const pipeline of pipelines) {
    for (const topic of [...pipeline.from, ...outputTopics(pipeline)]) topics[topic] ??= { partitions: 1 };
  }
  return topics;
}

function settingsOf(raw: RawTopic): TopicSettings {
  const partitions = required(raw.partitions);
  if (raw.retention === undefined) return { partitions };
  const { age, bytes } = raw.retention;
  const retention: Retention = {
    ...(age === undefined ? {} : { ageMs: required(parseDuration(age)) }),
    ...(bytes === undefined ? {} : { bytes: required(parseBytes(bytes)) }),
  };
  return { partitions, retention };
}

function limitsOf(raw: NonNullable<RawConfig["limits"]>): Limits {
  return {
    maxRecordBytes: bytesOf(raw.maxRecordBytes),
    windowBytes: bytesOf(raw.windowBytes),
    windowRecords: required(raw.windowRecords),
  };
}

function commitOf(raw: NonNullable<RawConfig["commit"]>): CommitPolicy {
  return { records: required(raw.records), bytes: bytesOf(raw.bytes), everyMs: required(raw.everyMs) };
}

function metricsOf({ host, port, token }: NonNullable<RawConfig["metrics"]>): MetricsConfig {
  return { host: required(host), port, token };
}

function bytesOf(size: number | string | undefined): number {
  return required(parseBytes(required(size)));
}

/** What the schema guarantees by its defaults and patterns. */
function required<T>(value: T | undefined): T {
  if (value === undefined) throw new TypeError("a configuration value lacks its default");
  return value;
}
