import type { Ledger } from "../core/ledger.ts";
import type { Pipeline } from "../core/pipeline.ts";
import type { Output } from "../log/log.ts";
import { accountFor } from "./account.ts";
import type { Orphans } from "./orphans.ts";
import type { OutputWriter } from "./outputs.ts";
import type { Work } from "./work.ts";

/**
 * Work whose every item has its fate: in order, accounted for and ready to commit. Its records are not in it: they would
 * stay in memory until the commit, for nothing.
 */
export interface Finished extends Pick<Work, "sequence" | "records" | "bytes" | "ends" | "writes"> {
  readonly outputs: readonly Output[];
  readonly outputBytes: number;
  readonly ledger: Ledger;
  /** Stream time after the last item; undefined when there is none. */
  readonly streamTime: number | undefined;
}

/** Writes the outputs of work whose stages are done. Must see work in log order. */
export function finish(pipeline: Pipeline, work: Work, writer: OutputWriter, orphans: Orphans): Finished {
  const orphaned = orphans.count(work);
  const outputs = work.items.map((item) => writer.write(item));
  return {
    sequence: work.sequence,
    records: work.records,
    bytes: work.bytes,
    ends: work.ends,
    writes: work.writes,
    outputs,
    outputBytes: outputs.reduce((sum, output) => sum + output.value.byteLength, 0),
    ledger: accountFor(pipeline, work, outputs, orphaned),
    streamTime: work.items.at(-1)?.streamTime,
  };
}
