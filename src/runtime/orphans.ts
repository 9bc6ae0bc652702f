import { holderPosition } from "../core/holder.ts";
import type { Stage } from "../core/stage.ts";
import type { CommittedState } from "../log/log.ts";
import type { StageRange } from "./open-stages.ts";
import { StagedState } from "./staged-state.ts";
import type { Work } from "./work.ts";

/** The runtime's own namespace beside the stages' state; no stage id can contain the sign. */
const namespace = "@dropped-holders";

const present = new Uint8Array(1);

/**
 * Counts orphaned duplicates: drops that point at a holder which was itself not curated, because a later stage dropped or
 * quarantined it. Runs over finished work in log order, when the fate of every earlier record is known, so one set of such
 * holders is enough.
 */
export class Orphans {
  readonly #state: StagedState;
  readonly #firstStateful: number;

  /** Of the stages that run here: what another segment drops later is not known when a duplicate of it is dropped. */
  constructor(stages: readonly Stage[], { first, end }: StageRange, committed: CommittedState) {
    this.#state = new StagedState(namespace, committed);
    this.#firstStateful = stages.findIndex(
      ({ plugin }, index) => index >= first && index < end && plugin.kind === "stateful",
    );
  }

  /** Orphaned drops of this work, by stage index. Adds its own writes to the work. */
  count(work: Work): ReadonlyMap<number, number> {
    const counts = new Map<number, number>();
    if (this.#firstStateful === -1) return counts;
    for (const item of work.items) {
      const fate = item.fate;
      if (fate === undefined) continue;
      if (fate.stage > this.#firstStateful) this.#state.put(item.source, present);
      if (fate.kind === "rejected" && fate.reasons.some((reason) => this.#isOrphaned(reason.ref)))
        counts.set(fate.stage, (counts.get(fate.stage) ?? 0) + 1);
    }
    work.writes.push(...this.#state.seal(work.sequence));
    return counts;
  }

  settle(sequence: number): void {
    this.#state.settle(sequence);
  }

  #isOrphaned(ref: string | undefined): boolean {
    return ref !== undefined && this.#state.get(holderPosition(ref)) !== undefined;
  }
}
