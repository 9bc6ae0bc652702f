import type { StageLedger } from "../core/ledger.ts";
import { ledgerStages, type Pipeline } from "../core/pipeline.ts";
import { isTransform } from "../core/plugin.ts";
import type { TaskMonitor } from "./task-monitor.ts";

interface Counted {
  readonly labels: { readonly pipeline: string; readonly task: string };
  readonly task: TaskMonitor;
}

/**
 * The committed counters of tasks, as they stand in their checkpoints. Nothing is added up here, neither over tasks nor over time: a
 * commit that was lost is in no checkpoint, and a task that goes to another process takes its numbers along.
 */
export function ledgerRows(tasks: readonly TaskMonitor[]) {
  const counted = tasks.map((task) => ({ labels: { pipeline: task.pipeline.name, task: task.name }, task }));
  return {
    magpie_received_records_total: totals(counted, "received"),
    magpie_copied_records_total: totals(counted, "copies"),
    magpie_forwarded_records_total: totals(counted, "forwarded"),
    magpie_resumed_records_total: totals(counted, "resumed"),
    magpie_settled_records_total: (["curated", "rejected", "quarantined"] as const).flatMap((fate) =>
      totals(counted, fate).map(([labels, value]) => [{ ...labels, fate }, value] as const),
    ),
    magpie_commits_total: counted.flatMap(({ labels, task: { checkpoint } }) =>
      checkpoint === undefined ? [] : [[labels, checkpoint.commit] as const],
    ),
    magpie_stage_records_total: stages(counted, ({ stage }) =>
      (["kept", "dropped", "quarantined"] as const).map((verdict) => [{ verdict }, stage[verdict]] as const),
    ),
    magpie_reason_records_total: stages(counted, ({ stage, declared }) =>
      [...new Set([...declared, ...Object.keys(stage.reasons)])].map(
        (reason) => [{ reason }, stage.reasons[reason] ?? 0] as const,
      ),
    ),
    magpie_orphaned_records_total: stages(counted, ({ stage }) => [[{}, stage.orphaned] as const]),
  };
}

type Total = "received" | "curated" | "copies" | "rejected" | "quarantined" | "forwarded" | "resumed";

function totals(counted: readonly Counted[], key: Total): readonly (readonly [Counted["labels"], number])[] {
  return counted.flatMap(({ labels, task: { checkpoint } }) =>
    checkpoint === undefined ? [] : [[labels, checkpoint.ledger[key]] as const],
  );
}

interface CountedStage {
  readonly stage: StageLedger;
  /** Reasons that its plugin may give: told before they first occur, so that the first one shows as an increase. */
  readonly declared: readonly string[];
}

function stages<L extends object>(
  counted: readonly Counted[],
  rowsOf: (stage: CountedStage) => readonly (readonly [L, number])[],
): readonly (readonly [Counted["labels"] & { readonly stage: string } & L, number])[] {
  return counted.flatMap(({ labels, task }) =>
    ownStages(task).flatMap((stage) =>
      rowsOf({ stage, declared: declaredReasons(task.pipeline, stage.id) }).map(
        ([own, value]) => [{ ...labels, stage: stage.id, ...own }, value] as const,
      ),
    ),
  );
}

/** Those of its segment, and those that counted something here under an earlier plan. */
function ownStages({ checkpoint, pipeline, segment }: TaskMonitor): readonly StageLedger[] {
  const ids = ledgerStages(pipeline);
  const isOwn = (index: number) =>
    index >= segment.first && (index < segment.end || segment.into === undefined);
  return (checkpoint?.ledger.stages ?? []).filter((stage) => stage.in > 0 || isOwn(ids.indexOf(stage.id)));
}

function declaredReasons(pipeline: Pipeline, id: string): readonly string[] {
  const plugin = pipeline.stages.find((stage) => stage.id === id)?.plugin;
  return plugin === undefined || isTransform(plugin) ? [] : Object.keys(plugin.meta.reasons);
}
