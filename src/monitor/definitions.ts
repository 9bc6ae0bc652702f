/** Where a metric's value comes from, and so since when it counts. */
export type MetricOrigin =
  /** The committed checkpoint: counts since the pipeline's first run, over restarts, and agrees with `magpie ledger`. */
  | "ledger"
  /** What this process has done since it started. A commit counts when it is durable, what was done for a lost one does not. */
  | "process"
  /** How things stand when they are asked for. */
  | "now";

export interface MetricDefinition {
  readonly type: "counter" | "gauge" | "histogram";
  readonly origin: MetricOrigin;
  readonly labels: readonly string[];
  readonly help: string;
}

/** Every metric of ours: the registry is made from this table, and so are docs/metrics.md and the checks of the dashboard. */
export const metricDefinitions = {
  magpie_received_records_total: {
    type: "counter",
    origin: "ledger",
    labels: ["pipeline", "task"],
    help: "Records read from the sources and accounted for.",
  },
  magpie_settled_records_total: {
    type: "counter",
    origin: "ledger",
    labels: ["pipeline", "task", "fate"],
    help: "Records written where they belong, by fate: curated, rejected, quarantined.",
  },
  magpie_copied_records_total: {
    type: "counter",
    origin: "ledger",
    labels: ["pipeline", "task"],
    help: "Further topics that curated records went to.",
  },
  magpie_forwarded_records_total: {
    type: "counter",
    origin: "ledger",
    labels: ["pipeline", "task"],
    help: "Records handed to the next segment. Less those resumed, over all tasks, they are what internal topics hold.",
  },
  magpie_resumed_records_total: {
    type: "counter",
    origin: "ledger",
    labels: ["pipeline", "task"],
    help: "Records taken over from the segment before.",
  },
  magpie_stage_records_total: {
    type: "counter",
    origin: "ledger",
    labels: ["pipeline", "task", "stage", "verdict"],
    help: "Records that reached a stage, by verdict: kept, dropped, quarantined.",
  },
  magpie_reason_records_total: {
    type: "counter",
    origin: "ledger",
    labels: ["pipeline", "task", "stage", "reason"],
    help: "Records a stage dropped, by reason. One record may have several.",
  },
  magpie_orphaned_records_total: {
    type: "counter",
    origin: "ledger",
    labels: ["pipeline", "task", "stage"],
    help: "Records dropped as duplicates of one that a later stage did not keep.",
  },
  magpie_commits_total: {
    type: "counter",
    origin: "ledger",
    labels: ["pipeline", "task"],
    help: "Commits.",
  },
  magpie_quarantined_records_total: {
    type: "counter",
    origin: "process",
    labels: ["pipeline", "stage", "code"],
    help: "Records quarantined, by stage (read: the bytes were no record) and error code.",
  },
  magpie_quarantined_bytes_total: {
    type: "counter",
    origin: "process",
    labels: ["pipeline", "stage", "code"],
    help: "Bytes, as they were read, of the records in magpie_quarantined_records_total.",
  },
  magpie_dropped_bytes_total: {
    type: "counter",
    origin: "process",
    labels: ["pipeline", "stage"],
    help: "Bytes, as they were read, of the records that a stage dropped (route: that no route takes).",
  },
  magpie_read_bytes_total: {
    type: "counter",
    origin: "process",
    labels: ["pipeline"],
    help: "Bytes of the records read, once they are committed.",
  },
  magpie_written_bytes_total: {
    type: "counter",
    origin: "process",
    labels: ["pipeline", "topic"],
    help: "Bytes of what was committed to a topic, before packing.",
  },
  magpie_commit_seconds: {
    type: "histogram",
    origin: "process",
    labels: ["pipeline"],
    help: "How long commits took.",
  },
  magpie_call_seconds: {
    type: "histogram",
    origin: "process",
    labels: ["pipeline", "stage"],
    help: "How long calls of a stage took, each with a batch of records; the waiting for a free place is not in it.",
  },
  magpie_calls_total: {
    type: "counter",
    origin: "process",
    labels: ["pipeline", "stage", "result"],
    help: "Calls of a stage, retries included, by result: answered, failed, timed_out.",
  },
  magpie_call_retries_total: {
    type: "counter",
    origin: "process",
    labels: ["pipeline", "stage"],
    help: "Calls that were made again because their failure may pass.",
  },
  magpie_answers_total: {
    type: "counter",
    origin: "process",
    labels: ["pipeline", "stage", "source"],
    help: "Questions to models that were answered: bought, or reused from the journal.",
  },
  magpie_task_reopenings_total: {
    type: "counter",
    origin: "process",
    labels: ["pipeline", "code"],
    help: "Tasks that were closed by an error and opened again, by error code.",
  },
  magpie_restore_seconds: {
    type: "histogram",
    origin: "process",
    labels: ["pipeline"],
    help: "How long tasks took to open: fence older owners, restore the state, set stages up.",
  },
  magpie_assigned_tasks: {
    type: "gauge",
    origin: "now",
    labels: ["pipeline", "state"],
    help: "Tasks of this process by state: starting, restoring, running, idle, stalled, reopening, closed.",
  },
  magpie_lag_records: {
    type: "gauge",
    origin: "now",
    labels: ["pipeline", "topic", "partition"],
    help: "Records that can be read and are not committed. On Kafka at most so many: offsets may be skipped.",
  },
  magpie_lso_lag_records: {
    type: "gauge",
    origin: "now",
    labels: ["pipeline", "topic", "partition"],
    help: "Messages from the last stable offset to the high watermark, whose transactions have not ended; 0 on the embedded log.",
  },
  magpie_window_records: {
    type: "gauge",
    origin: "now",
    labels: ["pipeline", "task"],
    help: "Records read and not committed yet.",
  },
  magpie_window_bytes: {
    type: "gauge",
    origin: "now",
    labels: ["pipeline", "task"],
    help: "Bytes read and not committed yet.",
  },
  magpie_window_limit_records: {
    type: "gauge",
    origin: "now",
    labels: ["pipeline", "task"],
    help: "limits.windowRecords: the most magpie_window_records may be.",
  },
  magpie_window_limit_bytes: {
    type: "gauge",
    origin: "now",
    labels: ["pipeline", "task"],
    help: "limits.windowBytes: the most magpie_window_bytes may be, but for one larger record alone.",
  },
} as const satisfies { readonly [name: string]: MetricDefinition };

export type MetricName = keyof typeof metricDefinitions;

/** A value for every label of a metric. */
export type LabelsOf<N extends MetricName> = {
  readonly [L in (typeof metricDefinitions)[N]["labels"][number]]: string;
};
