import { getOrCreate } from "../core/get-or-create.ts";
import type { Ledger } from "../core/ledger.ts";
import type { Pipeline } from "../core/pipeline.ts";
import type { Output } from "../log/log.ts";
import { accountFor } from "./account.ts";
import type { Orphans } from "./orphans.ts";
import type { OutputWriter } from "./outputs.ts";
import type { Item, Work } from "./work.ts";

/**
 * Work whose every item has its fate: in order, accounted for and ready to commit. Its records are not in it: they would
 * stay in memory until the commit, for nothing.
 */
export interface Finished extends Pick<Work, "sequence" | "bytes" | "writes"> {
  readonly records: number;
  readonly outputs: readonly Output[];
  readonly outputBytes: number;
  readonly ledger: Ledger;
  /** `topic/partition` → offset after its last item. */
  readonly ends: ReadonlyMap<string, bigint>;
  /** Stream time after the last item; undefined for an empty chunk. */
  readonly streamTime: number | undefined;
}

/** Writes the outputs of work whose stages are done. Must see work in log order. */
export function finish(pipeline: Pipeline, work: Work, writer: OutputWriter, orphans: Orphans): Finished {
  const orphaned = orphans.count(work);
  const outputs = work.items.map((item) => writer.write(item));
  return {
    sequence: work.sequence,
    bytes: work.bytes,
    writes: work.writes,
    records: work.items.length,
    outputs,
    outputBytes: outputs.reduce((sum, output) => sum + output.value.byteLength, 0),
    ledger: accountFor(pipeline, work, outputs, orphaned),
    ends: endsOf(work.items),
    streamTime: work.items.at(-1)?.streamTime,
  };
}

function endsOf(items: readonly Item[]): ReadonlyMap<string, bigint> {
  const byTopic = new Map<string, Map<number, bigint>>();
  for (const { position } of items) {
    const partitions = getOrCreate(byTopic, position.topic, () => new Map<number, bigint>());
    partitions.set(position.partition, position.offset + 1n);
  }
  const ends = new Map<string, bigint>();
  for (const [topic, partitions] of byTopic)
    for (const [partition, end] of partitions) ends.set(`${topic}/${partition}`, end);
  return ends;
}
