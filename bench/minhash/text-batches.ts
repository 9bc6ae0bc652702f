import { closeSync, openSync, readSync } from "node:fs";

/** As many as the runtime gives a plugin at once. */
export const textsPerBatch = 256;

const bytesPerRead = 2 ** 20;

/** The first `count` lines of a file, in batches of at most {@link textsPerBatch}: the file is never in memory as a whole. */
export function* textBatches(file: string, count: number): Generator<readonly string[]> {
  let batch: string[] = [];
  let left = count;
  for (const text of lines(file)) {
    if (left-- === 0) break;
    batch.push(text);
    if (batch.length < textsPerBatch) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}

function* lines(file: string): Generator<string> {
  const descriptor = openSync(file, "r");
  const buffer = Buffer.alloc(bytesPerRead);
  const decoder = new TextDecoder();
  let rest = "";
  try {
    for (let bytes = readSync(descriptor, buffer); bytes > 0; bytes = readSync(descriptor, buffer)) {
      const whole = (rest + decoder.decode(buffer.subarray(0, bytes), { stream: true })).split("\n");
      rest = whole.pop()!;
      yield* whole;
    }
  } finally {
    closeSync(descriptor);
  }
}
