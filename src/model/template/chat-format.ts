/** What a model's files say about how conversations are written for it. */
export interface ChatFormat {
  /** Jinja. */
  readonly template: string;
  readonly bosToken?: string;
  readonly eosToken?: string;
  /** Whether the tokenizer puts `bosToken` in front by itself. Undefined where the files do not say. */
  readonly addBos?: boolean;
  /** Where this was read, for messages. */
  readonly origin: string;
}
