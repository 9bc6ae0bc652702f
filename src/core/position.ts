/** The identity of a record inside the runtime: equal ids at different positions are different records. */
export interface Position {
  readonly topic: string;
  readonly partition: number;
  readonly offset: bigint;
}

/** Where and when (in stream time) a stateful stage admits a record. */
export interface At extends Position {
  /** The largest `provenance.created` (ms) seen so far in log order, 0 before the first; never a clock. */
  readonly streamTime: number;
  /**
   * Position of the record's first attempt, as `topic/partition/offset`: its own unless it was replayed from quarantine.
   * A holder with the same `original` is an earlier attempt of the same record, not a duplicate.
   */
  readonly original: string;
}

/** `topic/partition/offset`, as written in `provenance.source`. */
export function formatPosition(position: Position): string {
  return `${position.topic}/${position.partition}/${position.offset}`;
}

/** The inverse of {@link formatPosition}; undefined for anything else. */
export function parsePosition(text: string): Position | undefined {
  const match = /^(.+)\/(\d{1,9})\/(\d{1,19})$/.exec(text);
  if (!match) return undefined;
  return { topic: match[1]!, partition: Number(match[2]), offset: BigInt(match[3]!) };
}
