import { randomUUID } from "node:crypto";
import { cp, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { LocalCluster } from "../../../scripts/kafka/local-cluster.ts";
import { builtins } from "../../../src/builtins.ts";
import type { Config } from "../../../src/config/config.ts";
import { loadConfig } from "../../../src/config/load-config.ts";
import { messageOf } from "../../../src/core/errors.ts";
import { silentLogger } from "../../../src/core/silent-logger.ts";
import { KafkaAdmin } from "../../../src/log/kafka/kafka-admin.ts";
import { openKafkaLog } from "../../../src/log/kafka/kafka-log.ts";
import type { Log } from "../../../src/log/log.ts";
import { RemoteServer } from "../../crash/remote-server.ts";
import type { FaultProxy } from "../fault-proxy.ts";
import { configText, defaultSetup, namesOf, type Setup } from "./configuration.ts";
import { Feeder } from "./feeder.ts";
import { configFile, Fleet } from "./fleet.ts";
import { Follower } from "./follower.ts";
import { placesOf } from "./outputs.ts";
import { type PaidReport, paidAccount } from "./paid-account.ts";
import { Trace } from "./trace.ts";
import { judge, type Verdict } from "./verdict.ts";

/** What trials share. */
export interface Ground {
  readonly cluster: LocalCluster;
  /** Before every broker, for clients of the listener PROXIED; none where a cluster has no such listener. */
  readonly proxies: readonly FaultProxy[];
}

/** Folders of snapshots a trial has, one for each machine it pretends to have. */
export const machines = 3;

export interface TrialReport extends Omit<Verdict, "problems"> {
  readonly paid: PaidReport;
  /** What was measured on the way. */
  readonly notes: readonly string[];
  /** Commits that were refused to an owner who had been fenced. */
  readonly fenced: number;
  /** What is wrong, by whatever check; empty when nothing is. */
  readonly problems: readonly string[];
}

/** A chain of pipelines on a cluster, its input, who runs it, who watches it, and what it must come to. */
export class Trial {
  readonly ground: Ground;
  readonly setup: Setup;
  readonly names: ReturnType<typeof namesOf>;
  readonly folder: string;
  readonly log: Log;
  readonly fleet: Fleet;
  readonly feeder: Feeder;
  readonly trace: Trace;
  readonly server: RemoteServer;
  readonly #notes: string[] = [];
  readonly #config: Config;
  readonly #follower: Follower;

  private constructor(
    ground: Ground,
    setup: Setup,
    parts: { folder: string; log: Log; server: RemoteServer; config: Config; follower: Follower },
  ) {
    const { folder, log, server, config, follower } = parts;
    this.ground = ground;
    this.setup = setup;
    this.names = namesOf(setup);
    this.folder = folder;
    this.log = log;
    this.server = server;
    this.#config = config;
    this.#follower = follower;
    this.trace = new Trace(join(folder, "trace.jsonl"));
    this.fleet = new Fleet(folder, this.trace.file);
    this.feeder = new Feeder(log, this.names.raw);
  }

  /** Makes the topics, and begins to watch. Nothing runs yet. */
  static async begin(ground: Ground, over: Partial<Setup> = {}): Promise<Trial> {
    const setup: Setup = { ...defaultSetup, name: `t${randomUUID().slice(0, 8)}`, ...over };
    const server = new RemoteServer({ scoreMs: 0, answerMs: 20 });
    await server.listen();
    const folder = await mkdtemp(join(tmpdir(), "magpie-faults-"));
    await cp("test/crash/plugins", folder, { recursive: true });
    await writeConfigs(folder, ground, setup, server.url);
    const file = join(folder, configFile(1));
    const config = await loadConfig(file, { env: {}, builtins });
    const brokers = ground.cluster.addresses();
    const log = await openKafkaLog({
      kafka: { brokers, clientId: "magpie-trial" },
      name: setup.name,
      snapshots: join(folder, "watcher"),
      maxRecordBytes: config.limits.maxRecordBytes,
      logger: silentLogger,
      now: Date.now,
      uuid: randomUUID,
    });
    await makeTopics(log, config, setup);
    const { raw, internal } = namesOf(setup);
    const follower = new Follower(brokers, [raw, ...config.pipelines.flatMap(placesOf), ...internal]);
    return new Trial(ground, setup, { folder, log, server, config, follower });
  }

  /** Whether the other client has been given two outputs of one input already. */
  get hasDoubled(): boolean {
    return this.#config.pipelines.some((pipeline) => {
      const places = placesOf(pipeline);
      const outputs = this.#follower.seen.filter(({ topic }) => places.includes(topic));
      return new Set(outputs.map(({ source }) => source)).size < outputs.length;
    });
  }

  /** Something measured on the way, for the report. */
  note(what: string, value: number): void {
    this.#notes.push(`${what}: ${value}`);
  }

  /** Lets the pipelines come to their end with nobody disturbing them, and judges what was committed. */
  async finish(): Promise<TrialReport> {
    await this.feeder.stop();
    const problems = [...(await this.fleet.stop())];
    const last = this.fleet.start({}, { untilIdle: true });
    const late = await last.problem();
    if (late !== undefined) problems.push(late);
    const seen = await this.#follower.finish();
    const [ledger, verify] = await Promise.all([
      this.fleet.command("ledger", "--digest", "--json"),
      this.fleet.command("verify"),
    ]);
    if (verify.code !== 0) problems.push(`verify does not pass: ${verify.stdout}${verify.stderr}`);
    const ledgers = ledger.code === 0 ? JSON.parse(ledger.stdout).pipelines : { failed: ledger.stderr };
    const asked = new Map(this.server.asked);
    this.server.reset();
    const verdict = await judge(this.log, this.#config, seen, ledgers, this.setup.width);
    const { events } = this.trace;
    const paid = paidAccount({
      asked,
      needed: this.server.asked.size,
      events,
      paying: this.names.paying,
      width: this.setup.width,
    });
    return {
      ...verdict,
      paid,
      notes: this.#notes,
      fenced: events.filter(({ code }) => code === "MGP_TASK_FENCED").length,
      problems: [...problems, ...verdict.problems, ...paid.problems],
    };
  }

  /** Ends whatever still runs, and removes the trial's files and topics. */
  async remove(): Promise<void> {
    await this.feeder.stop();
    await this.fleet.kill();
    this.#follower.kill();
    await this.server.close();
    await this.log.close();
    await rm(this.folder, { recursive: true, force: true });
    const admin = await KafkaAdmin.open(this.kafka);
    const own = (await admin.list()).filter((topic) => topic.startsWith(this.setup.name));
    await Promise.all(own.map((topic) => admin.delete(topic)));
    await admin.close();
  }

  /** Where a machine keeps its snapshot of a task, `pipeline/segment/partition`. */
  snapshotOf(task: string, machine = 1): string {
    const [pipeline, segment, partition] = task.split("/");
    return join(this.folder, `machine-${machine}`, `${this.setup.name}.${pipeline}.${segment}`, partition!);
  }

  /** What the members' log is reached by, without the proxies. */
  get kafka() {
    return { brokers: this.ground.cluster.addresses(), clientId: "magpie-trial" };
  }
}

/** Runs a trial to its report, and cleans up whatever became of it. */
export async function tryOut(
  ground: Ground,
  disturb: (trial: Trial) => Promise<void>,
  over: Partial<Setup> = {},
): Promise<TrialReport> {
  const trial = await Trial.begin(ground, over);
  try {
    await disturbed(trial, disturb);
    return await trial.finish();
  } finally {
    await trial.remove();
  }
}

/** Throws what the disturbance throws, with what became of the members: it may have waited for one that had ended. */
async function disturbed(trial: Trial, disturb: (trial: Trial) => Promise<void>): Promise<void> {
  try {
    await disturb(trial);
  } catch (cause) {
    const problems = await trial.fleet.stop();
    throw new Error([messageOf(cause), ...problems].join("; "), { cause });
  }
}

async function writeConfigs(folder: string, { cluster }: Ground, setup: Setup, url: string) {
  const brokers = cluster.addresses(setup.proxied ? "PROXIED" : "CLIENT");
  for (let machine = 1; machine <= machines; machine++)
    await writeFile(
      join(folder, configFile(machine)),
      configText(setup, { brokers, path: `./machine-${machine}`, url }),
    );
}

/** Before anything runs, so that the follower misses nothing. */
async function makeTopics(log: Log, config: Config, setup: Setup): Promise<void> {
  const { internal } = namesOf(setup);
  const widths = [1, 1, setup.width];
  const inner = internal.map((topic, i) => [topic, { partitions: widths[i]! }] as const);
  for (const [topic, settings] of [...Object.entries(config.topics), ...inner])
    await log.topics.ensure(topic, settings);
}
