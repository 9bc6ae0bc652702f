import type { JsonObject } from "./json.ts";
import type { FinishReason, Turn } from "./record.ts";

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
  /** Milliseconds, whole, that the engine worked on it; left out where it does not measure that. */
  readonly modelMs?: number;
}

/** What of a turn stands in a prompt. */
export type Message = Pick<Turn, "role" | "content">;

/** How likely tokens are drawn. */
export interface Sampling {
  readonly temperature: number;
  readonly topP: number;
}

/** How instructions are drawn. */
export interface InstructionSampling extends Sampling {
  /** Ids of tokens that none begins with. */
  readonly bannedFirst: readonly number[];
}

/** The prompts of a model: what stands left of the next turn, special tokens as text. They throw MGP_MODEL_TEMPLATE. */
export interface Prompts {
  /** Left of the user's next text. Without turns it is the pre-query template; a system turn takes the place of the model's own. */
  beforeUser(turns?: readonly Message[]): string;
  /** Left of the assistant's next text. */
  beforeAssistant(turns: readonly Message[]): string;
}

/** A model of the configuration, as plugins are given it. */
export interface Model extends Prompts {
  /** As records name it. */
  readonly name: string;
  /** What its instructions are sampled with where nobody says otherwise. */
  readonly instructions: InstructionSampling;
  /** Special tokens, as text and as ids: a turn ends before them. */
  readonly stop: readonly string[];
  readonly stopIds: readonly number[];
  /**
   * One completion for each seed, in order. Many calls may be under way at once; the engine works on as many as it can.
   * Rejects with a MGP_MODEL code, never with a completion that is not one; with the signal's reason when that is aborted.
   */
  complete(request: CompletionRequest, signal?: AbortSignal): Promise<readonly Completion[]>;
}

/** The models of a configuration, by name. */
export interface Models {
  /** Opened at the first call; all who ask for it share it. */
  open(name: string): Promise<Model>;
  /** What of a model shapes its answers, prompts included, for the plan. Opens no engine. */
  facts(name: string): Promise<JsonObject>;
}

/** GGUF weights that run in this process. */
export interface InProcessModelConfig {
  readonly engine: "in-process";
  /** A name that `magpie models list` lists, or an absolute path. */
  readonly gguf: string;
  /** Completions worked on at once. */
  readonly sequences: number;
  /** Tokens of a prompt and its completion together. */
  readonly contextTokens: number;
  /** Undefined: one less than the machine has cores, and one at least. */
  readonly threads: number | undefined;
}

/** A model behind the completions interface of one or several servers. */
export interface OpenAiModelConfig {
  readonly engine: "openai";
  readonly baseUrls: readonly string[];
  /** As the servers name it. */
  readonly name: string;
  readonly apiKey: string | undefined;
  /** Absolute path of a tokenizer_config.json or a GGUF file: where its chat template is read. */
  readonly template: string | undefined;
  /** Milliseconds a request may take. */
  readonly timeoutMs: number;
  /** Further tries of a request that failed in a way that may pass. */
  readonly retries: number;
}

export type ModelConfig = (InProcessModelConfig | OpenAiModelConfig) & {
  /** Id on the Hugging Face hub whose published pre-query template and sampling are used; undefined: found by the name. */
  readonly profile: string | undefined;
  /** What a chat template that writes today's date is given, ISO: prompts must not change overnight. */
  readonly date: string;
};
