import { pluginLoaderUrl } from "../cli/plugin-loader-url.ts";
import { MagpieError } from "../core/errors.ts";
import type { Json } from "../core/json.ts";
import { type CommitPolicy, defaultLimits, type Limits } from "../core/limits.ts";
import type { QuarantineEntry, RejectedRecord } from "../core/outcome.ts";
import { type Pipeline, sideTopics } from "../core/pipeline.ts";
import type { Logger } from "../core/plugin.ts";
import type { MagpieRecord } from "../core/record.ts";
import { silentLogger } from "../core/silent-logger.ts";
import type { Log, TopicSettings } from "../log/log.ts";
import { type FaultyOperation, MemoryFaults } from "../log/memory/memory-faults.ts";
import { createMemoryLog } from "../log/memory/memory-log.ts";
import { type PipelineLedger, readLedger } from "../runtime/read-ledger.ts";
import { runPipelines } from "../runtime/run.ts";
import { verifyPipeline } from "../runtime/verify.ts";
import { ManualClock } from "./manual-clock.ts";

/** So few that a test with some dozen records has several commits, each of which may be made to fail. */
const smallCommits: CommitPolicy = { records: 16, bytes: 1_000_000, everyMs: 5 };

const drainMs = 30_000;

export interface TestDriverOptions {
  readonly pipelines: readonly Pipeline[];
  /** Default: topics are made when something is written to them, with one partition. */
  readonly topics?: { readonly [topic: string]: TopicSettings };
  /** Default: as in magpie.yaml. */
  readonly limits?: Pick<Limits, "windowBytes" | "windowRecords">;
  /** Default: every 16 records, so that a few dozen make several commits. */
  readonly commit?: CommitPolicy;
  /**
   * `log`: one order over all topics, as the embedded log keeps. `partitions`: order within partitions only, as on Kafka, where
   * pipelines run in segments. Default: `log`.
   */
  readonly order?: "log" | "partitions";
  /** Default: a clock that stands at 0. */
  readonly clock?: ManualClock;
  /** Default: nothing is logged. */
  readonly logger?: Logger;
}

/**
 * Whole pipelines in memory, with the runtime that `magpie run` has: what goes into topics, what comes out, and the account. Retries
 * and reopenings do not wait.
 */
export interface TestDriver {
  readonly log: Log;
  /** The time of the log: of appends, and of retention by age. No stage sees it. */
  readonly clock: ManualClock;
  /** Appends to a topic: bytes and texts as they are, all else as JSON. */
  send(topic: string, values: readonly (Json | MagpieRecord | Uint8Array)[]): Promise<void>;
  /** Runs every pipeline until all inputs are read and all work is committed. Rejects as `runPipelines` does. */
  run(): Promise<void>;
  /** The values of a topic, in order; none when there is no such topic. */
  read<T = MagpieRecord>(topic: string): Promise<readonly T[]>;
  rejected(pipeline: string): Promise<readonly RejectedRecord[]>;
  quarantined(pipeline: string): Promise<readonly QuarantineEntry[]>;
  /** The account, with the digest of the state. Throws a RangeError when there is no such pipeline. */
  ledger(pipeline: string): Promise<PipelineLedger>;
  /** What `magpie verify` finds wrong; nothing, if all is well. Throws a RangeError when there is no such pipeline. */
  verify(pipeline: string): Promise<readonly string[]>;
  /**
   * The next `operation` of the log fails: `before` anything was done, or `after` all of it was, which its caller cannot tell apart.
   * Several are met one after the other. Default error: MGP_LOG_UNAVAILABLE, after which a task opens again.
   */
  failNext(operation: FaultyOperation, when: "before" | "after", error?: Error): void;
  /** Whoever runs the pipeline is taken for dead: it can commit nothing more, and opens its tasks again. */
  takeOver(pipeline: string): void;
}

/** Takes pipelines from `definePipeline`, or all of a configuration from `loadConfig`, whose log is left out. */
export function createTestDriver(options: TestDriverOptions): TestDriver {
  const { pipelines, topics = {}, limits = defaultLimits, commit = smallCommits } = options;
  const clock = options.clock ?? new ManualClock();
  const faults = new MemoryFaults();
  const log = createMemoryLog({
    now: clock.now,
    faults,
    ...(options.order === "partitions" ? { segments: { prefix: "test" } } : {}),
  });

  const read = async <T>(topic: string): Promise<readonly T[]> => {
    const values: T[] = [];
    if ((await log.topics.get(topic)) === undefined) return values;
    for await (const { value } of log.scan(topic)) values.push(JSON.parse(Buffer.from(value).toString()));
    return values;
  };
  const named = (name: string): Pipeline => {
    const pipeline = pipelines.find((each) => each.name === name);
    if (pipeline === undefined) throw new RangeError(`there is no pipeline ${JSON.stringify(name)}`);
    return pipeline;
  };

  return {
    log,
    clock,
    async send(topic, values) {
      for (const [name, settings] of Object.entries(topics)) await log.topics.ensure(name, settings);
      await log.append(
        topic,
        values.map((value) => ({ value: bytesOf(value) })),
      );
    },
    run: () =>
      runPipelines({
        log,
        pipelines,
        topics,
        limits,
        commit,
        untilIdle: true,
        stop: new AbortController().signal,
        drainMs,
        logger: options.logger ?? silentLogger,
        loaderUrl: pluginLoaderUrl,
        cacheDir: "",
        now: clock.now,
        jitter: () => 0,
      }),
    read,
    rejected: (pipeline) => read(sideTopics(named(pipeline).name).rejected),
    quarantined: (pipeline) => read(sideTopics(named(pipeline).name).quarantine),
    ledger: async (pipeline) =>
      (await readLedger(log, [named(pipeline)], { digest: true })).pipelines[pipeline]!,
    verify: async (pipeline) => (await verifyPipeline(log, named(pipeline))).problems,
    failNext: (operation, when, error = new MagpieError("MGP_LOG_UNAVAILABLE", "a planned fault")) =>
      faults.next(operation, when, error),
    takeOver: (pipeline) => faults.steal(named(pipeline).name),
  };
}

function bytesOf(value: Json | MagpieRecord | Uint8Array): Uint8Array {
  if (value instanceof Uint8Array) return value;
  return Buffer.from(typeof value === "string" ? value : JSON.stringify(value));
}
