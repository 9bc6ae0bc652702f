import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { answeringBrokers } from "./answers.ts";
import { BrokerProcess, type BrokerProgram, log4jProperties } from "./broker-process.ts";
import { brokerProperties } from "./broker-properties.ts";
import { cacheDirectory } from "./cache-directory.ts";
import type { ClusterSpec } from "./cluster-spec.ts";
import { fetchJars } from "./fetch-jars.ts";
import { findJava } from "./find-java.ts";
import { keyStore } from "./key-store.ts";
import { portsTaken } from "./ports.ts";
import { hasFailed, runProgram } from "./run-program.ts";
import { SetupError } from "./setup-error.ts";

/** Milliseconds within which a cluster must serve; three brokers on two busy cores took 25 s. */
const startMs = 120_000;

/**
 * Brokers of Apache Kafka run by the machine's JDK. All that a cluster is stands in its folder, so that any program can
 * open it there, stop a broker or all of it.
 */
export class LocalCluster {
  readonly spec: ClusterSpec;
  readonly folder: string;
  readonly brokers: readonly BrokerProcess[];

  private constructor(spec: ClusterSpec, program: BrokerProgram) {
    this.spec = spec;
    this.folder = program.folder;
    this.brokers = spec.brokers.map(({ id }) => new BrokerProcess(program, id));
  }

  /** Makes a cluster in a folder that is not there yet, and waits until every broker serves. */
  static async start(
    spec: ClusterSpec,
    folder: string,
    env: NodeJS.ProcessEnv,
    say: (progress: string) => void,
  ): Promise<LocalCluster> {
    await checkPorts(spec);
    const { java, keytool } = await findJava(env);
    const jars = await fetchJars(cacheDirectory(env), spec.version, say);
    const program = { java, jars, version: spec.version, folder, shortLived: spec.shortLived ?? false };
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, description), JSON.stringify({ spec, program }));
    const cluster = new LocalCluster(spec, program);
    try {
      if (spec.security !== undefined) await keyStore.make(keytool, folder);
      await cluster.#format(java);
      say(`starting ${spec.brokers.length === 1 ? "a broker" : `${spec.brokers.length} brokers`}`);
      for (const broker of cluster.brokers) await broker.start();
      await cluster.ready();
      return cluster;
    } catch (error) {
      await cluster.remove();
      throw error;
    }
  }

  /** The cluster whose files are in `folder`; undefined when there is none. */
  static async open(folder: string): Promise<LocalCluster | undefined> {
    if (!existsSync(join(folder, description))) return undefined;
    const { spec, program } = JSON.parse(await readFile(join(folder, description), "utf8"));
    return new LocalCluster(spec, program);
  }

  /** Addresses of one listener, by default of the first. */
  addresses(listener = this.spec.brokers[0]?.listeners[0].name): readonly string[] {
    return this.spec.brokers.map(({ listeners }) => {
      const found = listeners.find(({ name }) => name === listener);
      if (found === undefined) throw new Error(`the cluster has no listener ${listener}`);
      return `127.0.0.1:${found.advertised ?? found.port}`;
    });
  }

  /** The broker with this id. */
  broker(id: number): BrokerProcess {
    const broker = this.brokers.find((candidate) => candidate.id === id);
    if (broker === undefined) throw new Error(`the cluster has no broker ${id}`);
    return broker;
  }

  /** Resolves when every broker serves. Throws with its last words when one has gone. */
  async ready(): Promise<void> {
    const deadline = Date.now() + startMs;
    while (!(await this.#serves())) {
      for (const broker of this.brokers)
        if (!broker.isRunning)
          throw new SetupError(`broker ${broker.id} ended; its log says:\n${await broker.lastWords()}`);
      if (Date.now() > deadline)
        throw new SetupError(
          `the brokers do not serve after ${startMs / 1000} s; their logs are in ${this.folder}`,
        );
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }

  /** Each broker is asked by itself: the others still list one that was killed a moment ago. */
  async #serves(): Promise<boolean> {
    const counts = await Promise.all(this.addresses().map((address) => answeringBrokers([address])));
    return counts.every((count) => count === this.brokers.length);
  }

  /** Stops every broker and removes all files. */
  async remove(): Promise<void> {
    await Promise.all(this.brokers.map((broker) => broker.stop()));
    await rm(this.folder, { recursive: true, force: true });
  }

  async #format(java: string): Promise<void> {
    const clusterId = randomBytes(16).toString("base64url");
    const users = this.spec.security?.users ?? [];
    const scram = users.flatMap(({ name, password }) =>
      ["SCRAM-SHA-256", "SCRAM-SHA-512"].flatMap((mechanism) => [
        "--add-scram",
        `${mechanism}=[name=${name},password=${password}]`,
      ]),
    );
    if (this.spec.version === "3.9") await writeFile(join(this.folder, "log4j.properties"), log4jProperties);
    const formats = this.brokers.map(async (broker, i) => {
      await writeFile(broker.propertiesPath, brokerProperties(this.spec, this.spec.brokers[i]!, this.folder));
      const tool = ["format", "-t", clusterId, "-c", broker.propertiesPath, ...scram];
      const result = await runProgram(java, broker.toolArguments(tool));
      if (hasFailed(result))
        throw new SetupError(
          `the data folder of broker ${broker.id} cannot be prepared: ${result.kind === "failed" ? result.output : java}`,
        );
    });
    await Promise.all(formats);
  }
}

const description = "cluster.json";

async function checkPorts({ brokers }: ClusterSpec): Promise<void> {
  const wanted = brokers.flatMap(({ controllerPort, listeners }) => [
    controllerPort,
    ...listeners.map(({ port }) => port),
  ]);
  const taken = await portsTaken(wanted);
  if (taken.length > 0)
    throw new SetupError(
      `port ${taken.join(" and ")} of the loopback interface is in use; stop what listens there, or choose others with --port`,
    );
}
