import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { parse, stringify } from "yaml";
import { builtins } from "../src/builtins.ts";
import { runCli } from "../src/cli/cli.ts";
import { processDeps } from "../src/cli/process-deps.ts";
import { styleFor } from "../src/cli/render/style.ts";
import type { Config } from "../src/config/config.ts";
import { loadConfig } from "../src/config/load-config.ts";
import type { Pipeline } from "../src/core/pipeline.ts";
import { silentLogger } from "../src/core/silent-logger.ts";
import type { Log } from "../src/log/log.ts";
import { createMemoryLog } from "../src/log/memory/memory-log.ts";
import { runPipelines } from "../src/run-pipelines.ts";
import { runScript } from "./kafka/run-script.ts";
import { recordedInputs, type TopicContents, topicContents } from "./kafka/topic-contents.ts";
import { withCluster } from "./kafka/with-cluster.ts";

/**
 * `npm run demo:kafka`: the demo through topics of a real broker, over one partition and over four, and the proof that both give
 * the bytes that one machine gives: in the order of the source, and in the order that the order topic recorded.
 */
const data = "examples/data";
const style = styleFor(process.stdout, process.env);

interface RawConfig {
  name: string;
  log: object;
  topics: { [topic: string]: { partitions: number } };
  pipelines: { [name: string]: { from: string; to: string; stages: unknown[] } };
}

/** The demo's pipelines under names of their own, so that a cluster that has seen the demo before is no hindrance. */
async function demoConfig(
  brokers: readonly string[],
  prefix: string,
  partitions: number,
  folder: string,
): Promise<string> {
  const demo = parse(await readFile("examples/demo/magpie.yaml", "utf8")) as RawConfig;
  const named = (name: string) => `${prefix}.${name}`;
  const config: RawConfig = {
    ...demo,
    name: "demo",
    log: { kind: "kafka", brokers, path: join(folder, "state"), compression: "lz4" },
    topics: { [named("instructions.raw")]: { partitions } },
    pipelines: Object.fromEntries(
      Object.entries(demo.pipelines).map(([name, { from, to, stages }]) => [
        named(name),
        { from: named(from), to: named(to), stages },
      ]),
    ),
  };
  const file = join(folder, "magpie.yaml");
  await writeFile(file, stringify(config));
  return file;
}

/**
 * All generations as one file, so that they go in by one transaction: each transaction's mark takes an offset, and positions that
 * are in the outputs would differ from those on one machine.
 */
async function generations(folder: string): Promise<string> {
  const parts = await Promise.all(
    ["wide", "narrow"].map((name) => readFile(`${data}/generations-${name}.jsonl.gz`)),
  );
  const file = join(folder, "generations.jsonl.gz");
  await writeFile(file, Buffer.concat(parts));
  return file;
}

async function magpie(...argv: string[]): Promise<void> {
  process.stdout.write(`${style.dim(`$ magpie ${argv.slice(0, -2).join(" ")}`)}\n`);
  const exit = await runCli(argv, processDeps);
  if (exit !== 0) throw new Error(`magpie ${argv[0]} ended with exit code ${exit}`);
}

/** What one machine makes of the same inputs, in memory. */
async function onOneMachine(config: Config, log: Log, pipeline: Pipeline, partitions: number): Promise<Log> {
  const memory = createMemoryLog();
  const inputs = await recordedInputs(log, pipeline);
  for (const [topic, messages] of inputs) {
    await memory.topics.ensure(topic, { partitions });
    await memory.append(topic, messages);
  }
  await runPipelines({ log: memory, pipelines: [pipeline], untilIdle: true, commit: config.commit });
  return memory;
}

function countOf(contents: TopicContents): number {
  return Object.values(contents).reduce((sum, messages) => sum + messages.length, 0);
}

async function runDemo(brokers: readonly string[], partitions: number): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "magpie-demo-kafka-"));
  try {
    const prefix = `demo-${Date.now().toString(36)}-${partitions}`;
    const file = await demoConfig(brokers, prefix, partitions, folder);
    const title = `${partitions} ${partitions === 1 ? "partition" : "partitions"}`;
    process.stdout.write(`\n${style.bold(style.cyan(title))}\n`);
    await magpie("topics", "apply", "-c", file);
    if (partitions > 1) await magpie("plan", "-c", file);
    await magpie("produce", `${prefix}.instructions.raw`, await generations(folder), "-c", file);
    await magpie("produce", `${prefix}.conversations.raw`, `${data}/conversations.jsonl.gz`, "-c", file);
    await magpie("run", "--until-idle", "-c", file);
    await magpie("verify", "-c", file);

    const config = await loadConfig(file, { env: {}, builtins });
    const log = await processDeps.openLog(config, silentLogger);
    try {
      for (const pipeline of config.pipelines) {
        const isWide = pipeline.from[0] === `${prefix}.instructions.raw` && partitions > 1;
        const expected = await topicContents(
          await onOneMachine(config, log, pipeline, isWide ? partitions : 1),
          pipeline,
          { withPlans: !isWide },
        );
        const found = await topicContents(log, pipeline, { withPlans: !isWide });
        if (!isDeepStrictEqual(found, expected))
          throw new Error(`${pipeline.name} has written other bytes than one machine does`);
        process.stdout.write(
          `${style.green("✔")} ${pipeline.name}: its ${countOf(found)} messages have the bytes that one machine writes, fed ${isWide ? "in the order that was recorded" : "the same topic"}\n`,
        );
      }
    } finally {
      await log.close();
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

await runScript(() =>
  withCluster(async (brokers) => {
    for (const partitions of [1, 4]) await runDemo(brokers, partitions);
  }),
);
