/** One measurement: so many records of 1 KiB in `source`, to be written to `target`, over so many partitions. */
export interface KafkaRun {
  readonly brokers: readonly string[];
  readonly source: string;
  readonly target: string;
  readonly partitions: number;
  readonly records: number;
}

/** Milliseconds between commits, of all contenders. */
export const commitEveryMs = 250;

/** Nothing but time makes a commit. */
export const unlimited = 1_000_000_000;
