import { setTimeout } from "node:timers/promises";
import { type Ended, type Running, start, startMagpie } from "../../crash/magpie.ts";
import type { ChildOptions, Fault } from "./fault.ts";

/** Milliseconds a member has to finish when it is asked to. */
const drainMs = 45_000;

/** One process that runs the pipelines. */
export class Member {
  readonly name: string;
  readonly #running: Running;
  /** What ends it on purpose. */
  #wanted: "SIGKILL" | "SIGTERM" | "idle" | undefined;
  readonly ended: Promise<Ended>;

  constructor(name: string, running: Running, wanted?: "SIGKILL" | "idle") {
    this.name = name;
    this.#running = running;
    this.#wanted = wanted;
    this.ended = running.ended;
  }

  get isRunning(): boolean {
    return this.#running.process.exitCode === null && this.#running.process.signalCode === null;
  }

  signal(signal: NodeJS.Signals): void {
    this.#running.process.kill(signal);
  }

  /** As a power cut would end it. */
  async kill(): Promise<void> {
    this.#wanted = "SIGKILL";
    this.signal("SIGKILL");
    await this.ended;
  }

  /** Asks it to finish and commit. Gives what went wrong with that. */
  async stop(): Promise<string | undefined> {
    this.#wanted ??= "SIGTERM";
    this.signal("SIGTERM");
    const outcome = await Promise.race([this.ended, setTimeout(drainMs, "late" as const, { ref: false })]);
    if (outcome === "late") {
      this.signal("SIGKILL");
      return `${this.name} did not end within ${drainMs} ms of SIGTERM`;
    }
    return this.problem();
  }

  /** How it ended, when that is not how it should have. */
  async problem(): Promise<string | undefined> {
    const { code, signal, stderr } = await this.ended;
    if (this.#wanted === "SIGKILL" && signal === "SIGKILL") return undefined;
    if ((this.#wanted === "SIGTERM" || this.#wanted === "idle") && code === 0) return undefined;
    // It had not come to listen for the signal yet.
    if (this.#wanted === "SIGTERM" && signal === "SIGTERM") return undefined;
    return `${this.name} ended with ${code ?? signal}: ${stderr.trim().split("\n").slice(-12).join(" | ")}`;
  }
}

/** The processes of a trial. Each machine has a folder of snapshots of its own, which its processes share. */
export class Fleet {
  readonly #folder: string;
  readonly #trace: string;
  readonly #members: Member[] = [];

  constructor(folder: string, trace: string) {
    this.#folder = folder;
    this.#trace = trace;
  }

  get running(): readonly Member[] {
    return this.#members.filter((member) => member.isRunning);
  }

  /** Starts `magpie run` in a child that traces what it does, and has a fault if one is given. */
  start(fault: Fault = {}, { machine = 1, untilIdle = false }: StartOptions = {}): Member {
    const member = `m${this.#members.length + 1}`;
    const options: ChildOptions = { member, trace: this.#trace, fault };
    const args = [
      JSON.stringify(options),
      "-c",
      configFile(machine),
      "run",
      ...(untilIdle ? ["--until-idle"] : []),
    ];
    const running = start(this.#folder, "dist/test/kafka/faults/child.js", args);
    const wanted = fault.at?.signal === "SIGKILL" ? "SIGKILL" : untilIdle ? "idle" : undefined;
    const started = new Member(member, running, wanted);
    this.#members.push(started);
    return started;
  }

  /** Runs a command of the real `magpie` to its end. */
  command(...args: readonly string[]): Promise<Ended> {
    return startMagpie(this.#folder, ["-c", configFile(1), ...args]).ended;
  }

  /** Stops all that run. Gives what went wrong with any member so far. */
  async stop(): Promise<readonly string[]> {
    await Promise.all(this.running.map((member) => member.stop()));
    const problems = await Promise.all(this.#members.map((member) => member.problem()));
    return problems.filter((problem) => problem !== undefined);
  }

  async kill(): Promise<void> {
    await Promise.all(this.running.map((member) => member.kill()));
  }
}

export interface StartOptions {
  readonly machine?: number;
  readonly untilIdle?: boolean;
}

export function configFile(machine: number): string {
  return `machine-${machine}.yaml`;
}
