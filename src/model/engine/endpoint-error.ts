import { type ErrorCode, MagpieError } from "../../core/errors.ts";

/** What went wrong at an endpoint, and how long it asked to be left alone. */
export class EndpointError extends MagpieError {
  readonly retryAfterMs: number | undefined;

  constructor(code: ErrorCode, message: string, options: { cause: unknown }, retryAfterMs?: number) {
    super(code, message, options);
    this.retryAfterMs = retryAfterMs;
  }

  /** The endpoint did not try: it is too busy, or says when to come back. */
  get isRefusal(): boolean {
    return this.code === "MGP_MODEL_BUSY" || this.retryAfterMs !== undefined;
  }
}
