import { join } from "node:path";
import { runInChild } from "./child.ts";
import { printMachine } from "./machine.ts";
import type { SlowRun } from "./memory-run.ts";
import { numberOptions } from "./options.ts";
import { plot } from "./plot.ts";
import { sampleRssAnon } from "./rss-anon.ts";
import { mean, slope } from "./statistics.ts";
import { formatWhole, table } from "./table.ts";
import { assertFreeBytes, withTemporaryFolder } from "./temporary-folder.ts";

const calls = { batch: 16, concurrency: 64 };

/**
 * Largest share of its own level by which memory may grow, by the straight line through it, and still be flat. Some drift
 * is V8's and malloc's, which keep freed memory as they see fit; what lives in the heap shows a leak more sharply.
 */
const flatShare = 0.15;

const limitBytes = 400e6;

/** A source record, its output, state and what the log puts around them, on the disk. */
const diskBytesPerRecord = 8192;

/**
 * `npm run bench -- memory`: anonymous memory of a process that runs a slow stage (up to 64 calls of 16 records under way,
 * `--delay-ms` 10 each) and the four plugins over 1,000,000 records of 2 KB, sampled each second. The exit code is 1 when it passes 400 MB
 * or grows after the first tenth.
 */
export async function benchMemory(args: readonly string[]): Promise<void> {
  const { records, "delay-ms": delayMs } = numberOptions(args, { records: 1_000_000, "delay-ms": 10 });
  assertFreeBytes(records * diskBytesPerRecord);
  printMachine();
  await withTemporaryFolder(async (parent) => {
    const folder = join(parent, "log");
    console.log(`\nfilling a log with ${formatWhole(records)} records of 2 KB …`);
    await runInChild("fill", { folder, records });
    let samples: readonly number[] = [];
    const run = await runInChild("slow", { folder, records, delayMs, ...calls }, (child) => {
      samples = sampleRssAnon(child);
    });
    report(run, samples);
  });
}

function report(run: SlowRun, samples: readonly number[]): void {
  const tenth = Math.ceil(samples.length / 10);
  const settled = samples.slice(tenth);
  const largest = Math.max(...samples);
  const growth = slope(settled) * (settled.length - 1);
  const isFlat = growth <= flatShare * mean(settled);

  console.log(
    `${formatWhole(run.records)} records in ${(run.wallMs / 1000).toFixed(0)} s, ${formatWhole((run.records * 1000) / run.wallMs)} records/s; ${formatWhole(run.calls)} calls of ${(run.totalMs / run.calls).toFixed(1)} ms, ${(run.totalMs / run.wallMs).toFixed(0)} under way on average, at most ${run.most}.`,
  );
  console.log(`\nRssAnon each second, ${samples.length} samples, top ${megabytes(largest)} MB:\n`);
  for (const line of plot(samples, 100, 8)) console.log(`  ${line}`);
  console.log(`\n${table(["tenth of the run", "mean MB", "largest MB"], tenths(samples))}`);
  console.log(
    `\nLargest ${megabytes(largest)} MB: ${largest <= limitBytes ? "within" : "ABOVE"} the limit of ${megabytes(limitBytes)} MB.`,
  );
  console.log(
    `After the first tenth the line through the samples moves by ${megabytes(growth)} MB, ${((100 * growth) / mean(settled)).toFixed(1)} % of their mean: ${isFlat ? "flat" : "NOT FLAT"}.`,
  );
  console.log(
    `Live JavaScript objects after a collection: ${megabytes(run.liveBytes.tenth)} MB at a tenth of the run, ${megabytes(run.liveBytes.end)} MB at its end.`,
  );
  if (largest > limitBytes || !isFlat) process.exitCode = 1;
}

function tenths(samples: readonly number[]): readonly (readonly string[])[] {
  return Array.from({ length: 10 }, (_, tenth) => {
    const start = Math.floor((tenth * samples.length) / 10);
    const part = samples.slice(start, Math.max(start + 1, Math.floor(((tenth + 1) * samples.length) / 10)));
    return [`${tenth + 1}`, megabytes(mean(part)), megabytes(Math.max(...part))];
  });
}

function megabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(0);
}
