import { setTimeout } from "node:timers/promises";
import { stage } from "../src/config/define-pipeline.ts";
import { defineFilter } from "../src/core/plugin.ts";
import { closed } from "../src/core/schema.ts";
import type { Stage } from "../src/core/stage.ts";
import { keep } from "../src/core/verdict.ts";

export interface CallCounts {
  readonly calls: number;
  /** Most calls that were under way at once. */
  readonly most: number;
  /** Sum over all calls of the time each took, in milliseconds. */
  readonly totalMs: number;
}

/**
 * A stage as a remote scorer makes it: keeps every record, and takes `delayMs` for each call of up to `batch` records, of
 * which `concurrency` are under way at once. `counts` tells how many there were.
 */
export function slowStage(settings: {
  readonly delayMs: number;
  readonly batch: number;
  readonly concurrency: number;
}): { readonly stage: Stage; counts(): CallCounts } {
  const { delayMs, batch, concurrency } = settings;
  let calls = 0;
  let underWay = 0;
  let most = 0;
  let totalMs = 0;
  const plugin = defineFilter({
    meta: {
      name: "slow",
      version: "1.0.0",
      summary: "Keeps every record, slowly.",
      config: closed({}),
      measures: closed({}),
      reasons: {},
    },
    decide: () => keep,
    setup: () => ({
      async measure(records) {
        const startedAt = performance.now();
        calls++;
        most = Math.max(most, ++underWay);
        await setTimeout(delayMs);
        underWay--;
        totalMs += performance.now() - startedAt;
        return records.map(() => ({}));
      },
    }),
  });
  return { stage: stage(plugin, {}, { batch, concurrency }), counts: () => ({ calls, most, totalMs }) };
}
