import { createHash } from "node:crypto";
import type { JsonObject } from "../core/json.ts";
import { addLedgers, emptyLedger, imbalances, type StageLedger } from "../core/ledger.ts";
import { ledgerStages, type Pipeline } from "../core/pipeline.ts";
import type { Log } from "../log/log.ts";
import { readStateSummaries } from "./state-summaries.ts";

export interface PipelineLedger {
  readonly received: number;
  readonly curated: number;
  readonly copies: number;
  readonly rejected: number;
  readonly quarantined: number;
  /** Records in internal topics: forwarded by one segment and not yet resumed by the next. None where a pipeline is one task. */
  readonly inFlight: number;
  readonly balanced: boolean;
  /** `state`: what the state of a stage that can tell amounts to. */
  readonly stages: readonly (StageLedger & { readonly state?: JsonObject })[];
  /** sha256 over the sorted (stage, key, value) of the state, each part preceded by its length. */
  readonly stateDigest?: string;
}

export interface LedgerReport {
  readonly pipelines: { readonly [pipeline: string]: PipelineLedger };
}

/** The account of every pipeline as of its last commits: zeros before the first. */
export async function readLedger(
  log: Log,
  pipelines: readonly Pipeline[],
  options: { readonly digest: boolean },
): Promise<LedgerReport> {
  const accounts: [string, PipelineLedger][] = [];
  for (const pipeline of pipelines)
    accounts.push([pipeline.name, await accountOf(log, pipeline, options.digest)]);
  return { pipelines: Object.fromEntries(accounts) };
}

async function accountOf(log: Log, pipeline: Pipeline, digest: boolean): Promise<PipelineLedger> {
  const checkpoints = await log.checkpoints(pipeline.name);
  const states = await readStateSummaries(log, pipeline);
  const zero = emptyLedger(ledgerStages(pipeline));
  const ledger = checkpoints.reduce((sum, checkpoint) => addLedgers(sum, checkpoint.ledger), zero);
  return {
    received: ledger.received,
    curated: ledger.curated,
    copies: ledger.copies,
    rejected: ledger.rejected,
    quarantined: ledger.quarantined,
    inFlight: ledger.forwarded - ledger.resumed,
    balanced: imbalances(ledger).length === 0,
    stages: ledger.stages.map((stage) => {
      const state = states.get(stage.id);
      return state === undefined ? stage : { ...stage, state };
    }),
    ...(digest ? { stateDigest: await stateDigest(log, pipeline.name) } : {}),
  };
}

/** sha256, hex, of a pipeline's committed state. Independent of chunk and commit boundaries. */
export async function stateDigest(log: Log, pipeline: string): Promise<string> {
  const hash = createHash("sha256");
  for await (const { stage, key, value } of log.scanState(pipeline))
    for (const part of [Buffer.from(stage), key, value]) hash.update(lengthOf(part)).update(part);
  return hash.digest("hex");
}

function lengthOf(part: Uint8Array): Uint8Array {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(part.byteLength);
  return length;
}
