import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { resolveExec } from "../src/config/resolve-exec.ts";
import type { JsonObject } from "../src/core/json.ts";
import type { Plugin } from "../src/core/plugin.ts";
import { readRecord } from "../src/core/read-record.ts";
import type { MagpieRecord } from "../src/core/record.ts";
import { sha256Hex } from "../src/core/sha256.ts";
import { silentLogger } from "../src/core/silent-logger.ts";
import type { Stage } from "../src/core/stage.ts";
import { defaultStageOptions } from "../src/core/stage-options.ts";
import { packageRoot } from "../src/package-root.ts";
import { type BatchCaller, createBatchCaller } from "../src/runtime/batch-caller.ts";
import type { Pool } from "../src/runtime/workers/pool.ts";
import { openProcessPool } from "../src/runtime/workers/process-pool.ts";
import { openWorkerPool } from "../src/runtime/workers/worker-pool.ts";
import { printMachine } from "./machine.ts";
import { numberOptions } from "./options.ts";
import burn from "./plugins/burn.ts";
import nothing from "./plugins/noop.ts";
import { sampleRecords } from "./sample-records.ts";
import { median } from "./statistics.ts";
import { table } from "./table.ts";

const batch = 256;
const rounds = 5;

/**
 * `npm run bench -- plugins`: what a record of 2 KB costs on its way through a filter that does nothing, here, in a worker thread and
 * in a Python program with all of its fields sent, against JSON both ways in both languages; and worker threads under load.
 */
export async function benchPlugins(args: readonly string[]): Promise<void> {
  const { records: count } = numberOptions(args, { records: 10_240 });
  printMachine();
  const sample = sampleRecords();
  const records = Array.from({ length: count }, (_, i) =>
    readRecord(sample(i), { topic: "bench", partition: 0, offset: BigInt(i) }),
  );
  const folder = fileURLToPath(new URL("bench/plugins", packageRoot()));
  const env = process.env;
  const python = await resolveExec(["python3", "./noop.py"], { folder, env, ...defaultStageOptions });
  const floor = floorOf(records, folder);

  const here = createBatchCaller<object>((each) => each.map(() => ({})), defaultStageOptions, callerDeps);
  const noop = await measured(here, records);
  const thread = await pooled(openWorkerPool(stageOf(local("noop", nothing), 1), poolDeps), records);
  const program = await pooled(
    openProcessPool(stageOf(python, 1), python.plugin as never, poolDeps),
    records,
  );
  const rows: [string, number][] = [
    ["in this process", noop],
    ["a worker thread", thread],
    ["Python program", program],
    ["floor: JSON both ways, both languages", floor],
  ];
  console.log(
    table(
      ["a filter that does nothing", "µs a record"],
      rows.map(([name, us]) => [name, us.toFixed(2)]),
    ),
  );
  console.log(`Python reaches ${((100 * floor) / program).toFixed(0)} % of the floor's speed (goal: 60 %)`);

  const few = records.slice(0, 1024);
  const hashes = hashesIn(1.2);
  const times: number[] = [];
  for (const workers of [1, 2])
    times.push(
      await pooled(openWorkerPool(stageOf(local("burn", burn), workers, { hashes }), poolDeps), few),
    );
  const ratio = times[0]! / times[1]!;
  console.log(
    `${hashes} hashes a record: ${times.map((us) => us.toFixed(0)).join(" and ")} µs with 1 and 2 worker threads, ${ratio.toFixed(2)}× (goal: 1.7×)`,
  );
}

/** How many hashes take so many milliseconds of processor time here, when nothing else runs in this process. */
function hashesIn(ms: number): number {
  const tried = 100_000;
  const hash = () => {
    for (let i = 0; i < tried; i++) sha256Hex(`bench/0/${i}`);
  };
  // Once for the compiler, or a hash would seem to cost more than it will.
  hash();
  const before = process.cpuUsage();
  hash();
  const { user, system } = process.cpuUsage(before);
  return Math.round((tried * ms * 1000) / (user + system));
}

const callerDeps = { random: () => 0 };
const extension = import.meta.url.endsWith(".ts") ? "ts" : "js";
const urlOf = (path: string) => new URL(`${path}.${extension}`, import.meta.url);
const poolDeps = {
  logger: silentLogger,
  plan: "bench",
  cacheDir: "",
  loaderUrl: urlOf("../src/config/plugin-loader"),
};

/** A plugin of this bench, as worker threads find it. */
function local(name: string, plugin: Plugin): Pick<Stage, "plugin" | "origin"> {
  return { plugin, origin: { kind: "builtin", name, url: urlOf(`./plugins/${name}`).href } };
}

function stageOf(
  { plugin, origin }: Pick<Stage, "plugin" | "origin">,
  workers: number,
  config: JsonObject = {},
): Stage {
  return { id: "bench", plugin, origin, config, options: { ...defaultStageOptions, workers } };
}

async function pooled(opening: Promise<Pool>, records: readonly MagpieRecord[]): Promise<number> {
  const pool = await opening;
  const options = { ...pool.options, batch: records.length < 2048 ? 64 : batch };
  const time = await measured(createBatchCaller(pool.phase, options, callerDeps), records);
  await pool.close();
  return time;
}

/** Microseconds a record, the median of some rounds after one that warms up. */
async function measured(caller: BatchCaller<unknown>, records: readonly MagpieRecord[]): Promise<number> {
  const times: number[] = [];
  for (let round = 0; round <= rounds; round++) {
    const started = performance.now();
    await caller.call(records);
    if (round > 0) times.push((1000 * (performance.now() - started)) / records.length);
  }
  return median(times);
}

/** Microseconds a record to write and read the JSON of batches and answers once on each side. */
function floorOf(records: readonly MagpieRecord[], folder: string): number {
  const batches = Array.from({ length: Math.ceil(records.length / batch) }, (_, i) =>
    records.slice(i * batch, (i + 1) * batch),
  );
  const lines = batches.map((each) => JSON.stringify({ records: each }));
  const answers = batches.map((each) =>
    JSON.stringify({ results: each.map(() => ({ keep: true, measures: {} })) }),
  );
  const times: number[] = [];
  for (let round = 0; round <= rounds; round++) {
    const started = performance.now();
    for (const each of batches) JSON.stringify({ records: each });
    for (const answer of answers) JSON.parse(answer);
    const ours = performance.now() - started;
    const theirs = execFileSync("python3", ["noop.py", "floor"], {
      cwd: folder,
      env: { ...process.env, PYTHONPATH: fileURLToPath(new URL("clients/python", packageRoot())) },
      input: `${lines.join("\n")}\n`,
      encoding: "utf8",
    });
    if (round > 0) times.push((1000 * (ours + 1000 * Number(theirs))) / records.length);
  }
  return median(times);
}
