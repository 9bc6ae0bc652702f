import { join } from "node:path";
import type { Log, Message } from "../src/log/log.ts";
import { floorTopic, withBenchLog } from "./bench-log.ts";
import { type Measured, startMeasuring } from "./measured.ts";
import { sampleRecords } from "./sample-records.ts";

const warmUpRecords = 8192;

/**
 * What any program must do that reads JSON records and writes them: parse, serialise, encode, append. The bytes lie in
 * memory; appends have the size of the pipeline's commits, and one is under way while the next is made ready.
 */
export async function runFloor({
  folder,
  records,
}: {
  readonly folder: string;
  readonly records: number;
}): Promise<Measured> {
  const record = sampleRecords();
  await floorOver(
    join(folder, "warm-up"),
    Array.from({ length: warmUpRecords }, (_, k) => record(k)),
  );
  return floorOver(
    join(folder, "floor"),
    Array.from({ length: records }, (_, k) => record(k)),
  );
}

function floorOver(folder: string, inputs: readonly Buffer[]): Promise<Measured> {
  return withBenchLog(folder, [], async (log, config) => {
    const end = startMeasuring();
    await copyAll(log, inputs, config.commit.records);
    return end(inputs.length);
  });
}

async function copyAll(log: Log, inputs: readonly Buffer[], recordsPerAppend: number): Promise<void> {
  let underWay: Promise<void> = Promise.resolve();
  for (let start = 0; start < inputs.length; start += recordsPerAppend) {
    const messages: Message[] = [];
    for (const input of inputs.slice(start, start + recordsPerAppend))
      messages.push({ value: Buffer.from(JSON.stringify(JSON.parse(input.toString("utf8")))) });
    await underWay;
    underWay = log.append(floorTopic, messages);
  }
  await underWay;
}
