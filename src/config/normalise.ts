import { resolve } from "node:path";
import type { CommitPolicy, Limits } from "../core/limits.ts";
import type { ModelConfig } from "../core/model.ts";
import { outputTopics, type Pipeline } from "../core/pipeline.ts";
import type { Sampler, Target } from "../core/sampler.ts";
import { parseBytes, parseDuration } from "../core/units.ts";
import type { Retention, TopicSettings } from "../log/log.ts";
import { acceptingPipeline } from "./check-samplers.ts";
import type { Config, LogConfig, MetricsConfig } from "./config.ts";
import type { RawConfig, RawModel, RawSampler, RawTopic } from "./schema.ts";

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
    models: modelsOf(raw.models ?? {}, file.folder),
    samplers: Object.entries(raw.samplers ?? {}).map(([name, sampler]) =>
      samplerOf(name, sampler, pipelines),
    ),
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

/** Without a prototype, as topics are. */
function modelsOf(
  configured: { readonly [name: string]: RawModel },
  folder: string,
): { readonly [name: string]: ModelConfig } {
  const models: { [name: string]: ModelConfig } = Object.create(null);
  for (const [name, model] of Object.entries(configured)) models[name] = modelOf(model, folder);
  return models;
}

function modelOf(raw: RawModel, folder: string): ModelConfig {
  const common = { profile: raw.profile, date: required(raw.date) };
  if (raw.engine === "in-process") {
    const gguf = required(raw.gguf);
    return {
      engine: "in-process",
      gguf: isPath(gguf) ? resolve(folder, gguf) : gguf,
      sequences: required(raw.sequences),
      contextTokens: required(raw.contextTokens),
      threads: raw.threads,
      ...common,
    };
  }
  return {
    engine: "openai",
    baseUrls: [required(raw.baseUrl)].flat(),
    name: required(raw.name),
    apiKey: raw.apiKey,
    template: raw.template === undefined ? undefined : resolve(folder, raw.template),
    timeoutMs: required(raw.timeoutMs),
    retries: required(raw.retries),
    ...common,
  };
}

function isPath(gguf: string): boolean {
  // A file of the hub is looked up by its name.
  if (gguf.startsWith("hf:")) return false;
  return /[\\/]/.test(gguf) || /\.gguf$/i.test(gguf);
}

function samplerOf(name: string, raw: RawSampler, pipelines: readonly Pipeline[]): Sampler {
  return {
    name,
    // Enough that no request waits for a ticket while those that are done are committed.
    ahead: 4 * required(raw.concurrency),
    maxBacklog: required(raw.maxBacklog),
    target: raw.target === "unlimited" ? undefined : targetOf(raw.target, pipelines),
  };
}

function targetOf(
  { accepted, in: topic, maxSampled, maxTokens }: Exclude<RawSampler["target"], string>,
  pipelines: readonly Pipeline[],
): Target {
  return {
    ...(accepted === undefined || topic === undefined
      ? {}
      : { accepted: { records: accepted, pipeline: required(acceptingPipeline(topic, pipelines)).name } }),
    ...(maxSampled === undefined ? {} : { maxSampled }),
    ...(maxTokens === undefined ? {} : { maxTokens }),
  };
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
