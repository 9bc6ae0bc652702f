import type { Json, JsonObject } from "../../core/json.ts";
import type { RejectedReason, RejectedRecord } from "../../core/outcome.ts";
import type { Pipeline } from "../../core/pipeline.ts";
import type { Log } from "../../log/log.ts";
import { type OutputKind, readOutputs } from "../../runtime/read-outputs.ts";
import type { PlanEntry } from "../../runtime/read-plans.ts";
import { findHolders } from "../find-holders.ts";
import { comparedText } from "../readable-record.ts";
import { excerpt } from "./excerpt.ts";
import { Frequent } from "./frequent.ts";
import { Sample } from "./sample.ts";

/** A record, and what was dropped as its duplicate. */
export interface Cluster {
  readonly position: string;
  readonly id: string;
  /** What became of it; left out when no output of it is retained. */
  readonly outcome?: OutputKind;
  /** Left out when it is no longer retained. */
  readonly text?: string;
  /** Records dropped as its duplicates. */
  readonly records: number;
  /** Some of them. */
  readonly members: readonly Duplicate[];
}

export interface Duplicate {
  readonly id: string;
  readonly position: string;
  readonly stage: string;
  readonly code: string;
  /** Such as the similarity, where the stage tells one. */
  readonly observed?: Json;
  readonly text: string;
}

export interface Duplicates {
  /** Records that others duplicate; `exact` is false when there were too many to count them all. */
  readonly holders: { readonly count: number; readonly exact: boolean };
  /** Some of the largest, the largest first. */
  readonly clusters: readonly Cluster[];
}

/** Holders that are told apart; one costs some 100 bytes. */
const capacity = 50_000;
const candidates = 40;
const mostClusters = 10;
const membersPerCluster = 3;

/** Which records are duplicated most: what is counted while rejected records are read a first time. */
export class HolderTally {
  readonly #frequent = new Frequent(capacity);

  add(record: RejectedRecord): void {
    for (const ref of refsOf(record).keys()) this.#frequent.add(ref);
  }

  /** Reads the pipeline's outputs again: for the duplicates of the largest holders, and for what holders said. */
  async read(log: Log, pipeline: Pipeline, plans: readonly PlanEntry[]): Promise<Duplicates> {
    const holders = { count: this.#frequent.size, exact: this.#frequent.exact };
    const largest = new Set(this.#frequent.top(candidates));
    if (largest.size === 0) return { holders, clusters: [] };
    const members = await readMembers(log, pipeline, plans, largest);
    const chosen = [...members]
      .sort(([a, x], [b, y]) => y.records - x.records || (a < b ? -1 : 1))
      .slice(0, mostClusters);
    const found = await findHolders(log, pipeline, plans, new Set(chosen.map(([ref]) => ref)));
    const clusters = chosen.map(([ref, { records, sample, stage }]): Cluster => {
      const { record, ...holder } = found.get(ref)!;
      const text = record && excerpt(comparedText(record, settingsOf(stage, plans)));
      return { ...holder, ...(text === undefined ? {} : { text }), records, members: sample.items };
    });
    return { holders, clusters };
  }
}

interface Members {
  records: number;
  /** Of the first of them. */
  readonly stage: string;
  readonly sample: Sample<Duplicate>;
}

async function readMembers(
  log: Log,
  pipeline: Pipeline,
  plans: readonly PlanEntry[],
  holders: ReadonlySet<string>,
): Promise<ReadonlyMap<string, Members>> {
  const members = new Map<string, Members>();
  for await (const { source, message } of readOutputs(log, pipeline, plans, ["rejected"])) {
    const record = JSON.parse(Buffer.from(message.value).toString()) as RejectedRecord;
    const { stage } = record.verdict;
    for (const [ref, { code, observed }] of refsOf(record)) {
      if (!holders.has(ref)) continue;
      const known = members.get(ref) ?? {
        records: 0,
        stage,
        sample: new Sample<Duplicate>(membersPerCluster),
      };
      members.set(ref, known);
      known.records += 1;
      known.sample.offer(source, () => ({
        id: record.id,
        position: source,
        stage,
        code,
        ...(observed === undefined ? {} : { observed }),
        text: excerpt(comparedText(record, settingsOf(stage, plans))),
      }));
    }
  }
  return members;
}

/** What a record was found to duplicate, and the first reason that says so. */
function refsOf({ verdict }: RejectedRecord): ReadonlyMap<string, RejectedReason> {
  const refs = new Map<string, RejectedReason>();
  for (const reason of verdict.reasons)
    if (reason.ref !== undefined && !refs.has(reason.ref)) refs.set(reason.ref, reason);
  return refs;
}

function settingsOf(stage: string, plans: readonly PlanEntry[]): JsonObject {
  const stages = plans.flatMap(({ definition }) => definition.stages);
  return stages.findLast(({ id }) => id === stage)?.with ?? {};
}
