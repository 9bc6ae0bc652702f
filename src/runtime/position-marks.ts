import { getOrCreate } from "../core/get-or-create.ts";

const blockSize = 65_536;

/** A byte for each position of a topic, allocated in blocks as they are touched: 1 byte a record. */
export class PositionMarks {
  readonly #partitions = new Map<string, Map<number, Uint8Array>>();

  get(topicPartition: string, offset: bigint): number {
    const at = Number(offset);
    return this.#partitions.get(topicPartition)?.get(Math.floor(at / blockSize))?.[at % blockSize] ?? 0;
  }

  set(topicPartition: string, offset: bigint, mark: number): void {
    const blocks = getOrCreate(this.#partitions, topicPartition, () => new Map());
    const at = Number(offset);
    const block = getOrCreate(blocks, Math.floor(at / blockSize), () => new Uint8Array(blockSize));
    block[at % blockSize] = mark;
  }

  /** Positions that carry `mark`, in order of partition and offset. */
  *positions(mark: number): Iterable<string> {
    for (const [topicPartition, blocks] of this.#partitions)
      for (const [index, block] of [...blocks].sort(([a], [b]) => a - b))
        for (let i = block.indexOf(mark); i !== -1; i = block.indexOf(mark, i + 1))
          yield `${topicPartition}/${index * blockSize + i}`;
  }
}
