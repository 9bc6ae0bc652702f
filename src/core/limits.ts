/** Records moving together through a pipeline. */
export const maxChunkRecords = 256;

/** Default of `limits.maxRecordBytes`. */
export const defaultMaxRecordBytes = 1_048_576;

/** Bounds on what a pipeline takes in. */
export interface Limits {
  readonly maxRecordBytes: number;
  /** Bytes read and not yet committed, per pipeline. */
  readonly windowBytes: number;
  /** Records read and not yet committed, per pipeline. */
  readonly windowRecords: number;
}

/** A commit is made when one of the three is reached. */
export interface CommitPolicy {
  readonly records: number;
  readonly bytes: number;
  /** Milliseconds since the first item that waits. */
  readonly everyMs: number;
}
