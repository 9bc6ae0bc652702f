/** When a sampler has drawn enough: at whichever limit is reached first. */
export interface Target {
  /** Records that a pipeline has curated. */
  readonly accepted?: { readonly records: number; readonly pipeline: string };
  /** Tickets. */
  readonly maxSampled?: number;
  /** Tokens read and generated, by the sampler and by all that comes of its records. */
  readonly maxTokens?: number;
}

/** What decides how many tickets there are. What becomes of each is the business of the pipeline of the same name. */
export interface Sampler {
  /** Of its pipeline too. */
  readonly name: string;
  /** Tickets that may wait or be worked on at once. */
  readonly ahead: number;
  /** No tickets are drawn while a pipeline that its records pass has more than this many records to read. */
  readonly maxBacklog: number;
  /** Undefined: it draws until it is stopped. */
  readonly target: Target | undefined;
}

/**
 * The topic of a sampler's tickets. A ticket is a record without turns; its position is its number, and what it draws (seed, temperature,
 * variant) follows from that alone.
 */
export function ticketTopic(sampler: string): string {
  return `${sampler}.tickets`;
}
