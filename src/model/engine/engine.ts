import type { FinishReason } from "../../core/record.ts";

export interface CompletionRequest {
  /** The exact prompt, special tokens as text, the one that begins a text included: nothing is added to it. */
  readonly prompt: string;
  /** One completion for each. The same seed and request give the same text from the same engine. */
  readonly seeds: readonly number[];
  /** 0: the likeliest token each time. */
  readonly temperature: number;
  /** In (0, 1]. */
  readonly topP: number;
  /** Tokens, at least 1. */
  readonly maxTokens: number;
  /** A completion ends before the first of these texts. */
  readonly stop: readonly string[];
  /** A completion ends before the first of these tokens, as it does before the model's own end of turn. */
  readonly stopIds: readonly number[];
  /** Tokens that never occur. */
  readonly banned: readonly number[];
}

export interface Completion {
  /** Without special tokens, neither trimmed nor otherwise changed. */
  readonly text: string;
  readonly seed: number;
  /** `stop`: it ended by itself or before a stop; `length`: at `maxTokens`. */
  readonly finishReason: FinishReason;
  readonly promptTokens: number;
  readonly completionTokens: number;
}

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
