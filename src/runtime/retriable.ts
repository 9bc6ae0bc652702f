/** Errors of the network that may pass. undici's own (`UND_ERR_…`) are matched by their prefix. */
const networkCodes: ReadonlySet<string> = new Set([
  "ECONNRESET",
  "ECONNREFUSED",
  "ETIMEDOUT",
  "EPIPE",
  "EAI_AGAIN",
]);

/** HTTP: request timeout, conflict (a lock that may be free later), too many requests. */
const passingStatuses: ReadonlySet<number> = new Set([408, 409, 429]);

/** `fetch` and its clients wrap what happened; deeper chains than this are not looked at. */
const deepestCause = 5;

/** What errors of plugins and their clients are known to carry. */
interface ErrorFields {
  readonly name?: unknown;
  readonly code?: unknown;
  readonly status?: unknown;
  readonly retriable?: unknown;
  readonly retryAfterMs?: unknown;
  readonly cause?: unknown;
}

/**
 * Whether the same call may succeed when made again: `retriable` on the error decides; without it, a time-out, an HTTP
 * `status` of 408, 409, 429 or 5xx, or the code of a network error, on the error or on one of its causes.
 */
export function isRetriable(error: unknown): boolean {
  let current = error;
  for (let depth = 0; depth < deepestCause; depth++) {
    const fields = fieldsOf(current);
    if (typeof fields.retriable === "boolean") return fields.retriable;
    if (mayPass(fields)) return true;
    current = fields.cause;
  }
  return false;
}

/** Milliseconds the error asks to wait before another try; 0 when it does not say. */
export function retryAfterOf(error: unknown): number {
  const { retryAfterMs } = fieldsOf(error);
  return typeof retryAfterMs === "number" && retryAfterMs > 0 ? retryAfterMs : 0;
}

/** Everything thrown may be asked for these fields. */
export function fieldsOf(error: unknown): ErrorFields {
  return typeof error === "object" && error !== null ? error : {};
}

function mayPass({ name, code, status }: ErrorFields): boolean {
  if (name === "TimeoutError") return true;
  if (typeof status === "number") return passingStatuses.has(status) || (status >= 500 && status <= 599);
  return typeof code === "string" && (networkCodes.has(code) || code.startsWith("UND_ERR_"));
}
