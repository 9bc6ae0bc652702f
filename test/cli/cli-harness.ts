import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough, type Readable, Writable } from "node:stream";
import { onTestFinished } from "vitest";
import { runCli } from "../../src/cli/cli.ts";
import type { CliDeps, OutputStream, StopSignal } from "../../src/cli/deps.ts";
import type { ExitCode } from "../../src/core/errors.ts";
import { openEmbeddedLog } from "../../src/log/embedded/open-embedded-log.ts";
import type { Log } from "../../src/log/log.ts";

export interface Ran {
  readonly code: ExitCode;
  readonly stdout: string;
  readonly stderr: string;
}

/** A temporary folder with a configuration, and the command line run in it. */
export interface Workspace {
  readonly folder: string;
  path(name: string): string;
  write(name: string, content: string | Uint8Array): Promise<string>;
  /** Runs `magpie ARGS -c magpie.yaml`. */
  run(args: readonly string[], options?: RunCliOptions): Promise<Ran>;
  /** Its log, closed when the test ends. */
  openLog(): Promise<Log>;
}

export interface RunCliOptions {
  readonly stdin?: Readable;
  readonly env?: Readonly<Record<string, string>>;
  /** Columns of the terminal that stdout and stderr are; none by default. */
  readonly terminal?: number;
  /** Called when the command has begun to listen for signals, with a function that sends one. */
  readonly onListening?: (send: (signal: StopSignal) => void) => void;
  /** Given what was written to stderr so far, whenever more is. */
  readonly onStderr?: (text: string) => void;
  readonly openLog?: CliDeps["openLog"];
  /** Called in the place of ending the process. */
  readonly exit?: (code: number) => void;
  /** In the place of what is collected. */
  readonly stdout?: Writable;
}

export const simpleConfig = `version: 1
name: test
log: { kind: embedded, path: ./store }
topics: { raw: { partitions: 2 } }
pipelines:
  clean:
    from: raw
    to: curated
    stages:
      - { use: length, with: { field: instruction, minWords: 3 } }
      - use: exact-dedup
`;

export async function workspace(config: string = simpleConfig): Promise<Workspace> {
  const folder = await mkdtemp(join(tmpdir(), "magpie-cli-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const path = (name: string) => join(folder, name);
  const write = async (name: string, content: string | Uint8Array) => {
    await writeFile(path(name), content);
    return path(name);
  };
  await write("magpie.yaml", config);
  const openLog = () => openEmbeddedLog({ path: path("store"), sync: "background", now: Date.now });
  return {
    folder,
    path,
    write,
    async openLog() {
      const log = await openLog();
      onTestFinished(() => log.close());
      return log;
    },
    run: (args, options = {}) => runMagpie([...args, "-c", path("magpie.yaml")], { openLog, ...options }),
  };
}

export async function runMagpie(argv: readonly string[], options: RunCliOptions): Promise<Ran> {
  const stdout = new Collected(options.terminal);
  const stderr = new Collected(options.terminal, options.onStderr);
  const code = await runCli(argv, {
    env: options.env ?? {},
    stdin: options.stdin ?? new PassThrough().end(),
    stdout: options.stdout ?? stdout,
    stderr,
    now: Date.now,
    clock: () => performance.now(),
    random: Math.random,
    onSignal(listener) {
      queueMicrotask(() => options.onListening?.(listener));
      return () => {};
    },
    exit:
      options.exit ??
      ((status) => {
        throw new Error(`the process ended at once with ${status}`);
      }),
    openLog: options.openLog!,
  });
  return { code, stdout: stdout.text, stderr: stderr.text };
}

class Collected extends Writable implements OutputStream {
  readonly isTTY: boolean;
  readonly columns?: number;
  readonly #chunks: Buffer[] = [];

  readonly #onText: (text: string) => void;

  constructor(columns: number | undefined, onText: (text: string) => void = () => {}) {
    super();
    this.#onText = onText;
    this.isTTY = columns !== undefined;
    if (columns !== undefined) this.columns = columns;
  }

  get text(): string {
    return Buffer.concat(this.#chunks).toString();
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    this.#chunks.push(chunk);
    this.#onText(this.text);
    done();
  }
}

export function lines(...records: readonly unknown[]): string {
  return records.map((record) => `${JSON.stringify(record)}\n`).join("");
}
