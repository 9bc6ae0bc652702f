import type {
  InputBatch,
  InputPlace,
  OversizeRecord,
  Splitter,
} from "../../../src/cli/input/input-record.ts";

/** Everything a splitter makes of some chunks of text. */
export function splitAll(splitter: Splitter, chunks: readonly string[]) {
  const records: (InputPlace & { text: string })[] = [];
  const oversize: OversizeRecord[] = [];
  const collect = (batch: InputBatch) => {
    for (const { line, nth, bytes } of batch.records)
      records.push({ line, nth, text: Buffer.from(bytes).toString() });
    oversize.push(...batch.oversize);
  };
  for (const chunk of chunks) collect(splitter.push(Buffer.from(chunk)));
  collect(splitter.end());
  return { records, oversize };
}
