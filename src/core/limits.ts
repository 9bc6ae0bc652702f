/** The longest time a timer of Node can wait, in milliseconds: one that is set to more fires at once. */
export const maxTimerMs = 2 ** 31 - 1;

/** Records moving together through a pipeline. */
export const maxChunkRecords = 256;

/** Bounds on what a pipeline takes in. */
export interface Limits {
  readonly maxRecordBytes: number;
  /** Bytes read and not yet committed, per pipeline. */
  readonly windowBytes: number;
  /** Records read and not yet committed, per pipeline. */
  readonly windowRecords: number;
}

/**
 * How large a message can become, over `maxRecordBytes`: it may have the record twice, the original bytes beside what became of
 * them, and bytes as base64.
 */
export const messageFactor = 4;

/** Default of `limits`. */
export const defaultLimits: Limits = {
  maxRecordBytes: 1_048_576,
  windowBytes: 67_108_864,
  windowRecords: 8_192,
};

/** A commit is made when one of the three is reached. */
export interface CommitPolicy {
  readonly records: number;
  readonly bytes: number;
  /** Milliseconds since the first item that waits. */
  readonly everyMs: number;
}

/** Default of `commit`. */
export const defaultCommitPolicy: CommitPolicy = { records: 4_096, bytes: 16_777_216, everyMs: 250 };
