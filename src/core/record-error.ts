const brand = Symbol.for("magpie-stream.RecordError");

/**
 * Returned (not thrown) by a plugin in the place of one record's result: that record goes to quarantine, the others of
 * the batch go on. `code` is `UPPER_SNAKE_CASE`, `message` says what is wrong with this record.
 */
export class RecordError {
  readonly [brand] = true;
  readonly code: string;
  readonly message: string;

  constructor(code: string, message: string) {
    this.code = code;
    this.message = message;
  }
}

/** True for a {@link RecordError} of any copy of this package: a local plugin may load its own. */
export function isRecordError(value: unknown): value is RecordError {
  return typeof value === "object" && value !== null && brand in value;
}
