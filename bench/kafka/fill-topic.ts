import { kafkaBenchLog } from "./kafka-bench-log.ts";
import type { KafkaRun } from "./settings.ts";

const batch = 4_000;
const recordBytes = 1_024;

/** Makes the topics of a run and fills its source with records of 1 KiB, each text another one. Gives how many. */
export async function fillTopic({ brokers, source, target, partitions, records }: KafkaRun): Promise<number> {
  const log = await kafkaBenchLog(brokers);
  try {
    for (const topic of [source, target]) await log.topics.ensure(topic, { partitions });
    for (let start = 0; start < records; start += batch) {
      const count = Math.min(batch, records - start);
      await log.append(
        source,
        Array.from({ length: count }, (_, i) => ({ value: recordOf(start + i) })),
      );
    }
    return records;
  } finally {
    await log.close();
  }
}

const words =
  "the a of and to in is it for on with as by at from this that be are was what how why which when where who can will".split(
    " ",
  );

function recordOf(k: number): Uint8Array {
  const text: string[] = [`Record ${k}:`];
  for (let i = 0, seed = k + 1; i < 150; i++) {
    seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0;
    text.push(words[(seed >>> 16) % words.length]!);
  }
  const record = { id: `record-${k}`, instruction: text.join(" "), response: "" };
  record.response = "x".repeat(Math.max(0, recordBytes - JSON.stringify(record).length));
  return Buffer.from(JSON.stringify(record));
}
