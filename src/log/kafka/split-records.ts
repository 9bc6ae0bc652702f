/** What is written to a partition. */
export interface NewRecord {
  readonly key: Buffer | null;
  /** Null deletes the key from a compacted topic. */
  readonly value: Buffer | null;
  readonly headers: { readonly [name: string]: string };
  /** Milliseconds since 1970. */
  readonly timestamp: number;
}

/** Bytes a batch has besides its records; with room for what a transaction or another version may add. */
const batchOverhead = 512;

/** Bytes a record or a header has besides its contents, at most. */
const recordOverhead = 32;
const headerOverhead = 10;

/** KafkaJS copies the batch once per record while it sorts records by partition: the cost of a batch is quadratic. */
const maxRecords = 1000;

/**
 * Fault: KafkaJS makes one batch of all that is sent to a partition at once, and a broker refuses one above its limit. Gives
 * the records in order, in lists that stay below `maxBatchBytes`; one that alone is above it comes alone, for the broker to
 * refuse.
 */
export function splitRecords(
  records: readonly NewRecord[],
  maxBatchBytes: number,
): readonly (readonly NewRecord[])[] {
  const lists: NewRecord[][] = [];
  let list: NewRecord[] = [];
  let bytes = batchOverhead;
  for (const record of records) {
    const size = sizeOf(record);
    if (list.length > 0 && (bytes + size > maxBatchBytes || list.length === maxRecords)) {
      lists.push(list);
      list = [];
      bytes = batchOverhead;
    }
    list.push(record);
    bytes += size;
  }
  if (list.length > 0) lists.push(list);
  return lists;
}

function sizeOf({ key, value, headers }: NewRecord): number {
  let size = recordOverhead + (key?.length ?? 0) + (value?.length ?? 0);
  for (const [name, content] of Object.entries(headers))
    size += headerOverhead + Buffer.byteLength(name) + Buffer.byteLength(content);
  return size;
}
