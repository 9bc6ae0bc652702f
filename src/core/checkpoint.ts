import type { Ledger } from "./ledger.ts";

/**
 * What a task commits together with its outputs and state: how far it has read and what it did. Plain JSON, so that every
 * log stores it the same way.
 */
export interface Checkpoint {
  /** Number of the commit, from 1. */
  readonly commit: number;
  /** `topic/partition` → offset of the next record to read, in decimal. */
  readonly offsets: { readonly [topicPartition: string]: string };
  /** Milliseconds; the largest `created` seen. */
  readonly streamTime: number;
  /** sha256 of the plan in force. */
  readonly plan: string;
  /** Stateful stage id → fingerprint of what shapes its state. */
  readonly fingerprints: { readonly [stage: string]: string };
  readonly ledger: Ledger;
}

/** `topic/partition` → offset of the next record to read, over all tasks of a pipeline. */
export function positionsOf(
  checkpoints: readonly Pick<Checkpoint, "offsets">[],
): ReadonlyMap<string, bigint> {
  return new Map(
    checkpoints.flatMap(({ offsets }) =>
      Object.entries(offsets).map(([at, next]) => [at, BigInt(next)] as const),
    ),
  );
}
