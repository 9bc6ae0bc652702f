import type { KafkaConfig } from "./kafka-config.ts";
import type { KafkaRecord } from "./kafka-record.ts";
import { readRange } from "./read-range.ts";

/** Offsets looked at first from the end of a partition; then more and more, back to its start. */
const firstLook = 64n;
const growth = 16n;

/** The newest record of a key in one partition; undefined when there is none. Mostly found within the last transaction. */
export async function latestRecord(
  config: KafkaConfig,
  place: { readonly topic: string; readonly partition: number; readonly start: bigint; readonly end: bigint },
  key: Buffer,
): Promise<KafkaRecord | undefined> {
  const { topic, partition, start } = place;
  let { end } = place;
  for (let look = firstLook; end > start; look *= growth) {
    const from = end - look > start ? end - look : start;
    let latest: KafkaRecord | undefined;
    for await (const record of readRange(config, { topic, partition, from, to: end }))
      if (record.key?.equals(key)) latest = record;
    if (latest !== undefined) return latest;
    end = from;
  }
  return undefined;
}
