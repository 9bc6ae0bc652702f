import { positionsOf } from "../../core/checkpoint.ts";
import {
  addLedgers,
  emptyLedger,
  type Ledger,
  modelMsIn,
  type TokenCount,
  tokensOf,
} from "../../core/ledger.ts";
import type { Pipeline } from "../../core/pipeline.ts";
import { type Sampler, ticketTopic } from "../../core/sampler.ts";
import type { Log } from "../../log/log.ts";
import { topicPartition } from "../../log/topic-partition.ts";
import { downstreamOf } from "./downstream.ts";

/** Where a sampler and what comes of its records stand, by what is committed. */
export interface Standing {
  /** Tickets that came to a record or a quarantine entry. */
  readonly settled: number;
  /** Records in the topic of the target. */
  readonly accepted: number;
  readonly tokens: TokenCount;
  /** Milliseconds that models worked; left out where no engine measured any. */
  readonly modelMs?: number;
  /** The pipeline behind the sampler that has most to read. On Kafka an upper bound: offsets may be skipped. */
  readonly backlog: { readonly pipeline: string; readonly records: number };
}

export async function readStanding(
  log: Log,
  sampler: Sampler,
  pipelines: readonly Pipeline[],
): Promise<Standing> {
  const flow = await Promise.all(
    downstreamOf(sampler.name, pipelines).map(async (pipeline) => {
      const checkpoints = await log.checkpoints(pipeline.name);
      const ledger = checkpoints.map((each) => each.ledger).reduce(addLedgers, emptyLedger([]));
      const positions = positionsOf(checkpoints);
      return { pipeline, ledger, unread: await unreadBy(log, pipeline, positions) };
    }),
  );
  const ledgerOf = (name: string | undefined): Ledger | undefined =>
    flow.find(({ pipeline }) => pipeline.name === name)?.ledger;
  const behind = flow
    .filter(({ pipeline }) => pipeline.name !== sampler.name)
    .map(({ pipeline, unread }) => ({ pipeline: pipeline.name, records: unread }));
  const all = { stages: flow.flatMap(({ ledger }) => ledger.stages) };
  const modelMs = modelMsIn(all);
  return {
    settled: ledgerOf(sampler.name)?.received ?? 0,
    accepted: ledgerOf(sampler.target?.accepted?.pipeline)?.curated ?? 0,
    tokens: tokensOf(all),
    ...(modelMs === undefined ? {} : { modelMs }),
    backlog: behind.reduce((most, each) => (each.records > most.records ? each : most), {
      pipeline: "",
      records: 0,
    }),
  };
}

async function unreadBy(
  log: Log,
  pipeline: Pipeline,
  positions: ReadonlyMap<string, bigint>,
): Promise<number> {
  let unread = 0;
  for (const topic of pipeline.from)
    for (const { partition, start, end } of (await log.topics.offsets(topic)) ?? []) {
      const next = positions.get(topicPartition(topic, partition)) ?? start;
      unread += Math.max(0, Number(end - next));
    }
  return unread;
}

/** What was drawn before, as of one moment. */
export interface Drawn {
  readonly settled: number;
  /** In the topic and not settled. */
  readonly open: number;
}

/** Counts the tickets that are open, because offsets may be skipped. */
export async function countDrawn(log: Log, sampler: Sampler): Promise<Drawn> {
  const topic = ticketTopic(sampler.name);
  const checkpoints = await log.checkpoints(sampler.name);
  const settled = checkpoints.reduce((sum, { ledger }) => sum + ledger.received, 0);
  const positions = positionsOf(checkpoints);
  let open = 0;
  for (const { partition, start } of (await log.topics.offsets(topic)) ?? []) {
    const from = positions.get(topicPartition(topic, partition)) ?? start;
    for await (const _ of log.scan(topic, { partition, from })) open++;
  }
  return { settled, open };
}
