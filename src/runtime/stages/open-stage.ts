import type { OperatorFunction } from "rxjs";
import type { Work } from "../work.ts";

/** A stage that is set up and ready to take work. */
export interface OpenStage {
  readonly operator: OperatorFunction<Work, Work>;
  /** All work up to `sequence` is committed. */
  settle(sequence: number): void;
}
