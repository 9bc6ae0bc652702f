import type { QuarantineEntry, RejectedRecord } from "../core/outcome.ts";
import { type Pipeline, sideTopics } from "../core/pipeline.ts";
import type { Reasons } from "../core/plugin.ts";
import { renderReason } from "../core/reason-message.ts";
import type { MagpieRecord } from "../core/record.ts";
import { noRoute, routeStage } from "../core/route.ts";
import { sha256Hex } from "../core/sha256.ts";
import type { Stage } from "../core/stage.ts";
import { headers, type Output } from "../log/log.ts";
import { BlockEncoder } from "./block-encoder.ts";
import { createRouter, type Router } from "./router.ts";
import { type Fate, type Item, reject } from "./work.ts";

type Rejected = Extract<Fate, { kind: "rejected" }>;
type Judged = Item & { readonly record: MagpieRecord };
type Quarantined = Extract<Fate, { kind: "quarantined" }>;

/** The record as its pipeline leaves it: with the position it came from and the plan that judged it. */
export function curatedRecord(item: Judged, plan: string): MagpieRecord {
  const { record } = item;
  return { ...record, provenance: { ...record.provenance, source: item.source }, plan };
}

/** Who dropped a record: a stage, or the routes when none of them took it. */
interface Judge {
  readonly stage: string;
  readonly plugin: string;
  readonly reasons: Reasons;
}

const routes: Judge = {
  stage: routeStage,
  plugin: "",
  reasons: { [noRoute]: "No route takes the record: {limit}." },
};

export function rejectedRecord(
  item: Judged,
  plan: string,
  stages: readonly Stage[],
  fate: Rejected,
): RejectedRecord {
  const { stage, plugin, reasons } = judgeOf(stages[fate.stage]);
  return {
    ...curatedRecord(item, plan),
    verdict: {
      stage,
      plugin,
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

function judgeOf(stage: Stage | undefined): Judge {
  if (stage === undefined) return routes;
  const { meta } = stage.plugin;
  return {
    stage: stage.id,
    plugin: `${meta.name}@${meta.version}`,
    reasons: "reasons" in meta ? meta.reasons : {},
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

/** Turns finished items into messages. */
export interface ItemWriter {
  /** Appends what an item comes to: one message, or one for each topic that takes it. */
  write(item: Item, outputs: Output[]): void;
}

/** Turns finished items into the messages of a pipeline's output topics. */
export class OutputWriter implements ItemWriter {
  readonly #pipeline: Pipeline;
  readonly #topics: ReturnType<typeof sideTopics>;
  readonly #router: Router;
  readonly #plan: string;
  readonly #encoder = new BlockEncoder();

  constructor(pipeline: Pipeline, plan: string) {
    this.#pipeline = pipeline;
    this.#topics = sideTopics(pipeline.name);
    this.#router = createRouter(pipeline.to);
    this.#plan = plan;
  }

  write(item: Item, outputs: Output[]): void {
    const { fate } = item;
    if (fate?.kind === "settled") {
      outputs.push(fate.output);
      return;
    }
    if (fate?.kind === "quarantined") {
      const entry = quarantineEntry(item, this.#pipeline.stages[fate.stage], fate);
      outputs.push(this.#output(this.#topics.quarantine, "magpie-quarantine/1", item, entry.id, entry));
      return;
    }
    if (!isRecord(item)) throw new Error(`${item.source} has neither a record nor a fate`);
    if (fate === undefined) this.#writeCurated(item, outputs);
    else this.#writeRejected(item, fate, outputs);
  }

  #writeCurated(item: Judged, outputs: Output[]): void {
    const record = curatedRecord(item, this.#plan);
    const topics = this.#router(record);
    const [first, ...others] = topics;
    if (first === undefined) {
      const limit = this.#pipeline.to.map(({ topic, when }) => `${topic} when ${when?.text}`);
      reject(item, this.#pipeline.stages.length, [{ code: noRoute, limit }]);
      this.write(item, outputs);
      return;
    }
    const output = this.#output(first, "magpie-record/1", item, record.id, record);
    if (others.length === 0) {
      outputs.push(output);
      return;
    }
    const headersOfAll = { ...output.headers, [headers.topics]: String(topics.length) };
    for (const topic of topics) outputs.push({ ...output, topic, headers: headersOfAll });
  }

  #writeRejected(item: Judged, fate: Rejected, outputs: Output[]): void {
    const record = rejectedRecord(item, this.#plan, this.#pipeline.stages, fate);
    outputs.push(this.#output(this.#topics.rejected, "magpie-rejected/1", item, record.id, record));
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
        ...item.trace,
      },
      timestamp: item.timestamp,
    };
  }
}

function isRecord(item: Item): item is Judged {
  return item.record !== undefined;
}
