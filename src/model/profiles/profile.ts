/** How a family of models is made to write user queries: facts about its tokenizer and chat format. */
export interface Profile {
  readonly family: string;
  /** Ids of the models on the Hugging Face hub. */
  readonly ids: readonly string[];
  /** All that stands left of the user's text in a conversation's first prompt, special tokens as text. */
  readonly preQuery: string;
  /** What opens a later turn of the user: `preQuery` without the beginning of the text and a system block. */
  readonly followUp: string;
  /** Special tokens as text; none of them is ever part of a query. */
  readonly stop: readonly string[];
  /** The token ids of special tokens at which a query ends. */
  readonly stopIds: readonly number[];
  /** Words that open the assistant's turn where a model goes on after the query instead of ending it. */
  readonly guard: readonly string[];
}
