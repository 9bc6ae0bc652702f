import { collectDefaultMetrics, Registry } from "prom-client";

/** Those that the documentation speaks of; there are more, which are those of every Node process that uses prom-client. */
export const processMetricNames = [
  "process_cpu_seconds_total",
  "process_resident_memory_bytes",
  "nodejs_heap_size_used_bytes",
  "nodejs_eventloop_lag_p99_seconds",
] as const;

let registry: Registry | undefined;

/**
 * Memory, processor time, event loop and garbage collection of this process. There is one process whatever runs in it, and what
 * watches it cannot be taken away again, so that all runs share this.
 */
export function processMetrics(): Promise<string> {
  if (registry === undefined) {
    registry = new Registry();
    collectDefaultMetrics({ register: registry });
  }
  return registry.metrics();
}
