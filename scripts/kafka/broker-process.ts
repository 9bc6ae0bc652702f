import { spawn } from "node:child_process";
import { openSync, readFileSync } from "node:fs";
import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { KafkaVersion } from "./kafka-versions.ts";

/** How a broker is started. */
export interface BrokerProgram {
  readonly java: string;
  readonly jars: string;
  readonly version: KafkaVersion;
  /** Of the cluster's files. */
  readonly folder: string;
  readonly shortLived: boolean;
}

/** Compiles quickly rather than well: three brokers serve in half the time. */
const quickMachine = ["-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"];

/** Milliseconds a broker has to write its data and go, when asked to. */
const patienceMs = 20_000;

/**
 * One broker, known by the file with its process id: whoever knows the cluster's folder can stop it, also another program
 * than the one that started it.
 */
export class BrokerProcess {
  readonly id: number;
  readonly #program: BrokerProgram;

  constructor(program: BrokerProgram, id: number) {
    this.#program = program;
    this.id = id;
  }

  /** Starts the broker; it goes on when this program ends. */
  async start(): Promise<void> {
    const { java, jars, folder, shortLived } = this.#program;
    const log = openSync(this.logPath, "a");
    const machine = shortLived ? quickMachine : ["-XX:+UseG1GC", "-XX:MaxGCPauseMillis=20"];
    const args = [
      "-Xms96m",
      "-Xmx512m",
      ...machine,
      ...this.#logging(),
      "-cp",
      join(jars, "*"),
      "kafka.Kafka",
      this.propertiesPath,
    ];
    const child = spawn(java, args, { cwd: folder, detached: true, stdio: ["ignore", log, log] });
    child.unref();
    await writeFile(this.#pidPath, String(child.pid));
  }

  /** The arguments of Kafka's storage tool that prepare the broker's data folder. */
  toolArguments(tool: readonly string[]): readonly string[] {
    return [
      "-Xmx128m",
      ...this.#logging(),
      "-cp",
      join(this.#program.jars, "*"),
      "kafka.tools.StorageTool",
      ...tool,
    ];
  }

  get propertiesPath(): string {
    return join(this.#program.folder, `broker-${this.id}.properties`);
  }

  get logPath(): string {
    return join(this.#program.folder, `broker-${this.id}.log`);
  }

  get isRunning(): boolean {
    const pid = this.#pid();
    return pid !== undefined && isAlive(pid);
  }

  /** The last lines the broker wrote, to tell why it went. */
  async lastWords(): Promise<string> {
    const log = await readFile(this.logPath, "utf8").catch(() => "");
    return log.trim().split("\n").slice(-15).join("\n");
  }

  /** As a power cut would end it. */
  async kill(): Promise<void> {
    this.signal("SIGKILL");
    await this.#gone();
  }

  /** Asks the broker to go, and ends it when it does not. */
  async stop(): Promise<void> {
    this.signal("SIGCONT");
    this.signal("SIGTERM");
    if (!(await this.#gone())) await this.kill();
    await rm(this.#pidPath, { force: true });
  }

  /** SIGSTOP freezes the broker with its connections open, SIGCONT lets it go on. */
  signal(signal: NodeJS.Signals): void {
    const pid = this.#pid();
    if (pid === undefined) return;
    try {
      process.kill(pid, signal);
    } catch {
      // It has gone already.
    }
  }

  async #gone(): Promise<boolean> {
    for (let waited = 0; waited < patienceMs; waited += 20) {
      if (!this.isRunning) return true;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    return false;
  }

  #pid(): number | undefined {
    try {
      return Number(readFileSync(this.#pidPath, "utf8")) || undefined;
    } catch {
      return undefined;
    }
  }

  get #pidPath(): string {
    return join(this.#program.folder, `broker-${this.id}.pid`);
  }

  #logging(): readonly string[] {
    const { version, folder } = this.#program;
    if (version === "3.9") return [`-Dlog4j.configuration=file:${join(folder, "log4j.properties")}`];
    const option = (name: string, value: string) => `-Dorg.slf4j.simpleLogger.${name}=${value}`;
    return [option("defaultLogLevel", "warn"), option("showDateTime", "true")];
  }
}

/** What {@link BrokerProcess} expects of the cluster's folder beside the properties, for brokers of 3.9. */
export const log4jProperties = `log4j.rootLogger=WARN, out
log4j.appender.out=org.apache.log4j.ConsoleAppender
log4j.appender.out.layout=org.apache.log4j.PatternLayout
log4j.appender.out.layout.ConversionPattern=%d %p %c %m%n
`;

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  try {
    // A child that ended and was not waited for yet still has an entry.
    return !/^\d+ \(.*\) Z/.test(readFileSync(`/proc/${pid}/stat`, "utf8"));
  } catch {
    return true;
  }
}
