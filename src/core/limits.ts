/** Records moving together through a pipeline. */
export const maxChunkRecords = 256;

/** Default of `limits.maxRecordBytes`. */
export const defaultMaxRecordBytes = 1_048_576;
