import { maxChunkRecords } from "../core/limits.ts";
import type { Stage } from "../core/stage.ts";
import type { Credit } from "../log/log.ts";

/** How a task reads. */
export interface Pace {
  /** Read and not yet committed. */
  readonly window: Credit;
  /** Records that move together. */
  readonly chunk: number;
}

/** Calls that are waited for, and as many again on either side of them. */
const roundsOfCalls = 4;

/** A chunk for each call would cost more than what a record waits for with a few of them. */
const chunksAtOnce = 4;

/**
 * In a pipeline with slow stages a record should not wait for others that happened to be read with it, and a drain should not wait for
 * thousands: chunks are a fraction of the calls under way, and the window holds a few rounds of calls. Others read as much as they may.
 */
export function paceOf(stages: readonly Stage[], window: Credit): Pace {
  const slow = stages.filter(({ plugin }) => plugin.meta.slow === true).map(({ options }) => options);
  if (slow.length === 0) return { window, chunk: maxChunkRecords };
  const records = Math.max(...slow.map(({ batch, concurrency }) => batch * concurrency * roundsOfCalls));
  return {
    window: { records: Math.min(window.records, records), bytes: window.bytes },
    chunk: Math.min(
      maxChunkRecords,
      ...slow.map(({ batch, concurrency }) => batch * Math.ceil(concurrency / chunksAtOnce)),
    ),
  };
}
