import { sourceTopic, withBenchLog } from "./bench-log.ts";
import { fourPlugins } from "./four-plugins.ts";
import { sampleRecords } from "./sample-records.ts";

const recordsPerAppend = 1024;

/** Appends sample records 0 to `records` - 1 to the source topic, in pieces: memory does not grow with their number. */
export async function fill({
  folder,
  records,
}: {
  readonly folder: string;
  readonly records: number;
}): Promise<{ readonly bytes: number }> {
  const record = sampleRecords();
  let bytes = 0;
  await withBenchLog(folder, fourPlugins(), async (log) => {
    for (let start = 0; start < records; start += recordsPerAppend) {
      const length = Math.min(recordsPerAppend, records - start);
      const messages = Array.from({ length }, (_, i) => ({ value: record(start + i) }));
      await log.append(sourceTopic, messages);
      for (const { value } of messages) bytes += value.byteLength;
    }
  });
  return { bytes };
}
