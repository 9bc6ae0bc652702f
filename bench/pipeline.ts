import { join } from "node:path";
import { runInChild } from "./child.ts";
import { printMachine } from "./machine.ts";
import type { Measured } from "./measured.ts";
import { numberOptions } from "./options.ts";
import type { Phases } from "./pipeline-phases.ts";
import type { MeasuredRun } from "./pipeline-run.ts";
import { median } from "./statistics.ts";
import { formatWhole, table } from "./table.ts";
import { withTemporaryFolder } from "./temporary-folder.ts";

const rounds = 3;

/** With two threads the plugin that costs most has one of its own. */
const twoThreads = { format: 1 };

interface Samples {
  readonly floor: Measured[];
  readonly oneThread: MeasuredRun[];
  readonly twoThreads: MeasuredRun[];
}

/**
 * `npm run bench -- pipeline`: records a second through the four plugins, on one thread and two, beside the floor (parse,
 * serialise, write and nothing else) in the same run, and where the time goes. Every measurement has a process and a log
 * of its own; the three alternate, so that what else the machine does meets all of them.
 */
export async function benchPipeline(args: readonly string[]): Promise<void> {
  const { records } = numberOptions(args, { records: 100_000 });
  printMachine();
  const samples: Samples = { floor: [], oneThread: [], twoThreads: [] };
  for (let round = 0; round < rounds; round++) {
    samples.floor.push(await measureFloor(records));
    samples.oneThread.push(await measurePipeline(records, {}));
    samples.twoThreads.push(await measurePipeline(records, twoThreads));
  }
  console.log(`\n${formatWhole(records)} records of 2 KB, medians of ${rounds} runs each:\n`);
  console.log(throughput(samples));
  console.log(`\n${funnel(samples.oneThread[0]!)}`);
  console.log("\nWhere the time goes, one phase after the other on one thread, µs a record:\n");
  console.log(phaseTable(await measurePhases(records), records));
}

function measureFloor(records: number): Promise<Measured> {
  return withTemporaryFolder((folder) => runInChild("floor", { folder, records }));
}

function measurePipeline(
  records: number,
  workers: { readonly [plugin: string]: number },
): Promise<MeasuredRun> {
  return withTemporaryFolder(async (parent) => {
    const folder = join(parent, "log");
    await runInChild("fill", { folder, records });
    return runInChild("pipeline", { folder, workers });
  });
}

function measurePhases(records: number): Promise<Phases> {
  return withTemporaryFolder(async (parent) => {
    const folder = join(parent, "log");
    await runInChild("fill", { folder, records });
    return runInChild("phases", { folder, records });
  });
}

function throughput(samples: Samples): string {
  const floorRate = median(samples.floor.map(rateOf));
  const row = (name: string, measured: readonly Measured[]) => {
    const rate = median(measured.map(rateOf));
    const cpu = median(measured.map(({ cpuMs, records }) => (cpuMs * 1000) / records));
    return [name, formatWhole(rate), (1e6 / rate).toFixed(1), cpu.toFixed(1), percent(rate / floorRate)];
  };
  return table(
    ["", "records/s", "µs/record", "CPU µs/record, all threads", "of the floor"],
    [
      row("floor: parse, serialise, write", samples.floor),
      row("four plugins, one thread", samples.oneThread),
      row("four plugins, two threads", samples.twoThreads),
    ],
  );
}

function rateOf({ records, wallMs }: Measured): number {
  return (records * 1000) / wallMs;
}

function funnel({ ledger }: MeasuredRun): string {
  const drops = ledger.stages.map(({ id, dropped }) => `${id} ${formatWhole(dropped)}`).join(", ");
  return `Of ${formatWhole(ledger.received)} records ${formatWhole(ledger.curated)} were curated and ${formatWhole(ledger.rejected)} rejected (${drops}).`;
}

function phaseTable({ floor, pipeline, outputBytes }: Phases, records: number): string {
  const each = (milliseconds: number | undefined) =>
    milliseconds === undefined ? "" : ((milliseconds * 1000) / records).toFixed(1);
  const phases = Object.keys(pipeline).map((phase) => [phase, each(floor[phase]), each(pipeline[phase])]);
  const total = ["sum", each(sum(floor)), each(sum(pipeline))];
  return `${table(["phase", "floor", "pipeline"], [...phases, total])}\n\nAn output has ${formatWhole(outputBytes / records)} bytes.`;
}

function sum(phases: { readonly [phase: string]: number }): number {
  return Object.values(phases).reduce((total, milliseconds) => total + milliseconds, 0);
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}
