/**
 * Milliseconds to wait before try number `attempt` + 1: random in [0, min(`capMs`, `baseMs` · 2^(`attempt` − 1))), so that
 * many callers that failed together do not come back together. "Full jitter" of M. Brooker, "Exponential Backoff And
 * Jitter", AWS Architecture Blog, 2015.
 *
 * `attempt` counts from 1; `random` gives numbers in [0, 1).
 */
export function fullJitter(attempt: number, baseMs: number, capMs: number, random: () => number): number {
  return random() * Math.min(capMs, baseMs * 2 ** (attempt - 1));
}
