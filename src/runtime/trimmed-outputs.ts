import { getOrCreate } from "../core/get-or-create.ts";
import type { Position } from "../core/position.ts";
import type { Log } from "../log/log.ts";

/**
 * Which outputs retention has removed. A pipeline writes in the order of its sources, so what is gone from an output
 * partition was made from inputs before those of the first output that is left there.
 */
export class TrimmedOutputs {
  /** Output `topic/partition` → source `topic/partition` → offset of the first input that has an output left there. */
  readonly #firsts = new Map<string, Map<string, bigint>>();

  /** An output that is there, and the input it was made from. */
  note(output: Position, source: string, offset: bigint): void {
    const firsts = getOrCreate(this.#firsts, `${output.topic}/${output.partition}`, () => new Map());
    const first = firsts.get(source);
    if (first === undefined || offset < first) firsts.set(source, offset);
  }

  /**
   * For a source partition, the offset from which on every input has its output, if it ever had one: nothing made from
   * later inputs was trimmed. At most `end`. To be asked after all outputs were noted.
   */
  async completeFrom(log: Log, topics: Iterable<string>): Promise<(source: string, end: bigint) => bigint> {
    const trimmed: string[] = [];
    for (const topic of topics)
      for (const { partition, start } of (await log.topics.get(topic))?.ranges ?? [])
        if (start > 0n) trimmed.push(`${topic}/${partition}`);
    return (source, end) => {
      const firsts = trimmed.map((output) => this.#firsts.get(output)?.get(source) ?? end);
      const latest = firsts.reduce((a, b) => (b > a ? b : a), 0n);
      return latest < end ? latest : end;
    };
  }
}
