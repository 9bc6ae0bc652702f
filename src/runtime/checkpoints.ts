import type { Checkpoint } from "../core/checkpoint.ts";
import { MagpieError } from "../core/errors.ts";
import { addLedgers, emptyLedger, imbalances } from "../core/ledger.ts";
import { ledgerStages, type Pipeline } from "../core/pipeline.ts";
import type { Finished } from "./finish.ts";

/** Where a pipeline stands before its first commit under the plan in force. */
export function initialCheckpoint(
  pipeline: Pipeline,
  plan: string,
  fingerprints: Checkpoint["fingerprints"],
  last: Checkpoint | undefined,
): Checkpoint {
  const stages = emptyLedger(ledgerStages(pipeline));
  return {
    commit: last?.commit ?? 0,
    offsets: last?.offsets ?? {},
    streamTime: last?.streamTime ?? 0,
    plan,
    fingerprints,
    // Stages of the plan in force come first; those of earlier plans keep their counts behind them.
    ledger: last === undefined ? stages : addLedgers(stages, last.ledger),
  };
}

/** The checkpoint after a group of finished work. Throws MGP_LEDGER_UNBALANCED when a record is unaccounted for. */
export function advance(checkpoint: Checkpoint, group: readonly Finished[]): Checkpoint {
  const offsets: Record<string, string> = { ...checkpoint.offsets };
  let { ledger, streamTime } = checkpoint;
  for (const finished of group) {
    for (const [topicPartition, end] of finished.ends) offsets[topicPartition] = String(end);
    ledger = addLedgers(ledger, finished.ledger);
    streamTime = finished.streamTime ?? streamTime;
  }
  const problems = imbalances(ledger);
  if (problems.length > 0)
    throw new MagpieError(
      "MGP_LEDGER_UNBALANCED",
      `the ledger does not balance, so nothing was written: ${problems.join("; ")}; this is a bug: please report it with the plan`,
    );
  return { ...checkpoint, commit: checkpoint.commit + 1, offsets, ledger, streamTime };
}

/** The stateful stages of the last checkpoint that are gone or would now fill their state differently. */
export function changedFingerprints(
  now: Checkpoint["fingerprints"],
  last: Checkpoint | undefined,
): readonly string[] {
  return Object.entries(last?.fingerprints ?? {}).flatMap(([stage, print]) =>
    now[stage] === print ? [] : [stage],
  );
}

/**
 * An edit may change thresholds, never what is in a state: throws MGP_STATE_FINGERPRINT when a stateful stage of the last
 * checkpoint is gone or would now fill its state differently.
 */
export function assertFingerprints(
  pipeline: Pipeline,
  now: Checkpoint["fingerprints"],
  last: Checkpoint | undefined,
): void {
  const changed = changedFingerprints(now, last);
  if (changed.length === 0) return;
  const what = changed
    .map((stage) => (now[stage] === undefined ? `${stage} is gone` : `${stage} changed`))
    .join(", ");
  throw new MagpieError(
    "MGP_STATE_FINGERPRINT",
    `pipeline ${pipeline.name}: the edit does not fit the state that was built (${what}); give the pipeline a new name and output topic to start a new state beside it, run "magpie reset ${pipeline.name}" to curate from the start, or put the old setting back`,
  );
}
