/** Throws an AbortError, whatever reason the signal was aborted with; the reason is its cause. */
export function throwIfAborted(signal: AbortSignal | undefined): void {
  if (!signal?.aborted) return;
  const error = new Error("The read was aborted", { cause: signal.reason });
  error.name = "AbortError";
  throw error;
}
