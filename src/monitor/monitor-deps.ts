import type { BoundedCodes } from "./bounded-codes.ts";
import type { Metrics } from "./metrics.ts";

/** What everything that follows one run shares. */
export interface MonitorDeps {
  readonly metrics: Metrics;
  readonly codes: BoundedCodes;
  /** Milliseconds since some moment; never goes back. */
  readonly clock: () => number;
}
