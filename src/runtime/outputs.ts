import type { QuarantineEntry, RejectedRecord } from "../core/outcome.ts";
import type { Pipeline } from "../core/pipeline.ts";
import { outputTopics } from "../core/pipeline.ts";
import { renderReason } from "../core/reason-message.ts";
import type { MagpieRecord } from "../core/record.ts";
import { sha256Hex } from "../core/sha256.ts";
import type { Stage } from "../core/stage.ts";
import { headers, type Output } from "../log/log.ts";
import { BlockEncoder } from "./block-encoder.ts";
import type { Fate, Item } from "./work.ts";

type Rejected = Extract<Fate, { kind: "rejected" }>;
type Quarantined = Extract<Fate, { kind: "quarantined" }>;

/** The record as its pipeline leaves it: with the position it came from and the plan that judged it. */
export function curatedRecord(item: Item & { readonly record: MagpieRecord }, plan: string): MagpieRecord {
  const { record } = item;
  return { ...record, provenance: { ...record.provenance, source: item.source }, plan };
}

export function rejectedRecord(
  item: Item & { readonly record: MagpieRecord },
  plan: string,
  stage: Stage,
  fate: Rejected,
): RejectedRecord {
  const { meta } = stage.plugin;
  const reasons = "reasons" in meta ? meta.reasons : {};
  return {
    ...curatedRecord(item, plan),
    verdict: {
      stage: stage.id,
      plugin: `${meta.name}@${meta.version}`,
      reasons: fate.reasons.map((reason) => ({
        code: reason.code,
        message: renderReason(reasons, reason),
        ...(reason.observed === undefined ? {} : { observed: reason.observed }),
        ...(reason.limit === undefined ? {} : { limit: reason.limit }),
        ...(reason.ref === undefined ? {} : { ref: reason.ref }),
      })),
    },
  };
}

export function quarantineEntry(item: Item, stage: Stage | undefined, fate: Quarantined): QuarantineEntry {
  return {
    id: item.record?.id ?? item.source,
    position: item.source,
    original: item.original,
    stage: stage?.id ?? "read",
    plugin: stage === undefined ? "" : `${stage.plugin.meta.name}@${stage.plugin.meta.version}`,
    error: { code: fate.code, message: fate.message },
    attempts: fate.attempts,
    bytes: Buffer.from(item.bytes.buffer, item.bytes.byteOffset, item.bytes.byteLength).toString("base64"),
    sha256: sha256Hex(item.bytes),
  };
}

/** Turns finished items into the messages of a pipeline's output topics. */
export class OutputWriter {
  readonly #pipeline: Pipeline;
  readonly #topics: ReturnType<typeof outputTopics>;
  readonly #plan: string;
  readonly #encoder = new BlockEncoder();

  constructor(pipeline: Pipeline, plan: string) {
    this.#pipeline = pipeline;
    this.#topics = outputTopics(pipeline);
    this.#plan = plan;
  }

  write(item: Item): Output {
    const { fate } = item;
    if (fate?.kind === "quarantined") {
      const entry = quarantineEntry(item, this.#pipeline.stages[fate.stage], fate);
      return this.#output(this.#topics.quarantine, "magpie-quarantine/1", item, entry.id, entry);
    }
    if (!isRecord(item)) throw new Error(`${item.source} has neither a record nor a fate`);
    if (fate === undefined)
      return this.#output(
        this.#topics.curated,
        "magpie-record/1",
        item,
        item.record.id,
        curatedRecord(item, this.#plan),
      );
    const rejected = rejectedRecord(item, this.#plan, this.#pipeline.stages[fate.stage]!, fate);
    return this.#output(this.#topics.rejected, "magpie-rejected/1", item, item.record.id, rejected);
  }

  #output(topic: string, schema: string, item: Item, key: string, value: object): Output {
    return {
      topic,
      key,
      value: this.#encoder.encode(JSON.stringify(value)),
      headers: {
        [headers.source]: item.source,
        [headers.pipeline]: this.#pipeline.name,
        [headers.schema]: schema,
      },
      timestamp: item.timestamp,
    };
  }
}

function isRecord(item: Item): item is Item & { readonly record: MagpieRecord } {
  return item.record !== undefined;
}
