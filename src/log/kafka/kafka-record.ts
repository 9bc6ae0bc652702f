/** A record as a partition holds it. Its buffers are views of a larger one: copy what outlives the next read. */
export interface KafkaRecord {
  readonly topic: string;
  readonly partition: number;
  readonly offset: bigint;
  readonly key: Buffer | null;
  /** Null: a tombstone, which deletes the key from a compacted topic. */
  readonly value: Buffer | null;
  readonly headers: readonly (readonly [name: string, value: Buffer | null])[];
  /** Milliseconds since 1970. */
  readonly timestamp: number;
}

/** What counts against a reader's credit. */
export function recordBytes({ key, value }: KafkaRecord): number {
  return (key?.length ?? 0) + (value?.length ?? 0);
}
