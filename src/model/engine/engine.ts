import type { Completion, CompletionRequest } from "../../core/model.ts";

/** A model that goes on from a raw prompt. */
export interface Engine {
  /** Name of the model, as its records say it. */
  readonly model: string;
  /**
   * One completion for each seed, in order. Many calls may be under way at once; the engine works on as many as it can.
   * Rejects with a MGP_MODEL code, never with a completion that is not one; with the signal's reason when that is aborted.
   */
  complete(request: CompletionRequest, signal?: AbortSignal): Promise<readonly Completion[]>;
  close(): Promise<void>;
}
