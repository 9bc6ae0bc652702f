import { type ChildProcessByStdio, spawn } from "node:child_process";
import type { Readable, Writable } from "node:stream";
import { Compile } from "typebox/compile";
import { MagpieError } from "../core/errors.ts";
import type { JsonObject } from "../core/json.ts";
import type { ExternalPlugin, Logger, Program, Results } from "../core/plugin.ts";
import type { MagpieRecord } from "../core/record.ts";
import { LineReader } from "./line-reader.ts";
import { LogThrottle } from "./log-throttle.ts";
import { memoryOf } from "./memory-of.ts";
import { type Answer, AnswerSchema, type Failure, type LogLine } from "./protocol.ts";
import { readHello } from "./read-hello.ts";
import { readResults } from "./read-results.ts";

const answerValidator = Compile(AnswerSchema);

/** How long a program may take to end after `shutdown`, in milliseconds. */
const closeDeadlineMs = 5_000;

/** What a program may write for anything it is asked, in bytes; for a batch, several times the batch besides. */
const longestAnswer = 16 * 2 ** 20;
const answerPerRequest = 4;

const longestLogLine = 64 * 2 ** 10;

/** How much of what it wrote to standard error is told when it ends unasked, in characters. */
const keptErrors = 2_000;

const memoryEveryMs = 100;

export interface ExecProcessOptions {
  readonly program: Program;
  readonly startTimeoutMs: number;
  readonly maxMemoryBytes: number;
  readonly logger: Logger;
  /** Aborting it ends the program. */
  readonly signal: AbortSignal;
}

interface Question {
  answer(line: string): void;
  fail(error: unknown): void;
}

/**
 * A program that speaks the plugin protocol, from its start to its end. It is asked one thing at a time, and what it writes is read
 * only while it is asked, so that one that floods its output stands still. Whatever it does wrong ends it: then the question under way
 * fails, and `ended` says why.
 */
export class ExecProcess {
  /** Resolves when the program is gone, with what ended it. Never rejects. */
  readonly ended: Promise<MagpieError>;
  readonly plugin: ExternalPlugin;
  readonly #child: Child;
  #batches = 0;

  private constructor(child: Child, plugin: ExternalPlugin) {
    this.#child = child;
    this.plugin = plugin;
    this.ended = child.ended;
  }

  /**
   * Starts a program; resolves when it has said what it is. Throws MGP_PLUGIN_NOT_FOUND when it cannot be started,
   * MGP_PLUGIN_INVALID when it describes no plugin, MGP_PLUGIN_TIMEOUT, MGP_PLUGIN_CRASHED, MGP_PLUGIN_MEMORY, MGP_PLUGIN_PROTOCOL.
   */
  static async start(options: ExecProcessOptions): Promise<ExecProcess> {
    const child = new Child(options);
    try {
      const line = await child.ask(
        undefined,
        options.startTimeoutMs,
        "say what it is (hello)",
        longestAnswer,
      );
      return new ExecProcess(child, readHello(line, options.program));
    } catch (error) {
      child.kill();
      throw error;
    }
  }

  /** Throws MGP_PLUGIN_SETUP with what the program says is wrong, and as `start` does. */
  async setUp(config: JsonObject, seed: string, timeoutMs: number): Promise<void> {
    const answer = await this.#ask({ type: "setup", config, seed }, timeoutMs, "set itself up (ready)");
    if (answer.type === "ready") return;
    if (answer.type !== "failed") throw this.#child.unexpected(`${answer.type} where ready was expected`);
    this.#child.kill();
    throw new MagpieError("MGP_PLUGIN_SETUP", answer.error.message);
  }

  get alive(): boolean {
    return this.#child.alive;
  }

  /**
   * Gives the program a batch. Aborting `signal` ends the program, because nothing else stops one that hangs; the promise rejects
   * with the signal's reason.
   */
  async run(batch: readonly MagpieRecord[], signal: AbortSignal): Promise<Results<unknown>> {
    signal.throwIfAborted();
    const id = ++this.#batches;
    const abort = () => this.#child.kill(signal.reason);
    signal.addEventListener("abort", abort);
    try {
      const answer = await this.#ask({ type: "batch", id, records: batch });
      if (answer.type !== "ready" && answer.id !== id)
        throw this.#child.unexpected(
          `an answer to batch ${answer.id ?? "none"} where one to ${id} was expected`,
        );
      if (answer.type === "failed") throw failureError(answer.error);
      if (answer.type === "ready") throw this.#child.unexpected("ready where results were expected");
      return readResults(answer.results, this.plugin, batch);
    } finally {
      signal.removeEventListener("abort", abort);
    }
  }

  /** Tells the program to end, and ends it when it does not. */
  async close(): Promise<void> {
    this.#child.shutDown();
    const deadline = setTimeout(() => this.#child.kill(), closeDeadlineMs);
    await this.ended;
    clearTimeout(deadline);
  }

  async #ask(question: object, timeoutMs?: number, what = "answer"): Promise<Exclude<Answer, LogLine>> {
    const text = JSON.stringify(question);
    const line = await this.#child.ask(text, timeoutMs, what, longestAnswer + answerPerRequest * text.length);
    return this.#child.read(line) as Exclude<Answer, LogLine>;
  }
}

/** What a plugin says failed, with what `isRetriable` looks at. */
function failureError({ code, message, retriable, retryAfterMs }: Failure): Error {
  return Object.assign(new Error(message), {
    name: "",
    code: code ?? "MGP_PLUGIN_THREW",
    retriable: retriable ?? false,
    retryAfterMs: retryAfterMs ?? 0,
  });
}

/** The process and its pipes: questions out, lines in, and everything that ends it. */
class Child {
  readonly ended: Promise<MagpieError>;
  readonly #process: ChildProcessByStdio<Writable, Readable, Readable>;
  readonly #name: string;
  readonly #log: LogThrottle;
  readonly #lines: LineReader;
  #question: Question | undefined;
  #cause: unknown;
  #errors = "";
  alive = true;

  constructor({ program, maxMemoryBytes, logger, signal }: ExecProcessOptions) {
    const [command = "", ...args] = program.command;
    this.#name = program.command.join(" ");
    this.#log = new LogThrottle(logger);
    this.#process = spawn(command, args, {
      cwd: program.folder,
      env: program.env as NodeJS.ProcessEnv,
      stdio: ["pipe", "pipe", "pipe"],
      // A group of its own: it and what it starts end together, and Ctrl-C reaches it through us, after what is under way.
      detached: true,
    });
    const { stdin, stdout, stderr } = this.#process;
    // Its end says why a pipe broke.
    for (const pipe of [stdin, stdout, stderr]) pipe.on("error", () => {});

    this.#lines = new LineReader(
      longestAnswer,
      (line) => this.#receive(line),
      (limit) => this.unexpected(`more than ${limit} bytes without a line end`),
    );
    stdout.on("data", (chunk: Buffer) => this.#lines.push(chunk));
    stdout.pause();

    const errors = new LineReader(
      longestLogLine,
      (line) => this.#log.log("warn", line),
      () => this.#log.log("warn", `a line of more than ${longestLogLine} bytes was left out`),
    );
    stderr.on("data", (chunk: Buffer) => {
      this.#errors = (this.#errors + chunk.toString("utf8")).slice(-keptErrors);
      errors.push(chunk);
    });

    const memory = setInterval(() => {
      const bytes = memoryOf(this.#process.pid ?? 0);
      if (bytes > maxMemoryBytes) this.kill(this.#memoryError(bytes, maxMemoryBytes));
    }, memoryEveryMs).unref();
    const abort = () => this.kill(signal.reason);
    signal.addEventListener("abort", abort);
    if (signal.aborted) abort();

    this.ended = new Promise((resolve) => {
      const end = (error: MagpieError) => {
        this.alive = false;
        clearInterval(memory);
        signal.removeEventListener("abort", abort);
        errors.end();
        this.#log.flush();
        this.#take()?.fail(this.#cause ?? error);
        resolve(this.#cause instanceof MagpieError ? this.#cause : error);
      };
      this.#process.on("error", (cause) => {
        end(
          new MagpieError("MGP_PLUGIN_NOT_FOUND", `${this.#name} cannot be started: ${cause.message}`, {
            cause,
          }),
        );
      });
      this.#process.on("exit", () => {
        this.alive = false;
        // What it started would keep its pipes open.
        this.#killGroup();
        stdout.resume();
      });
      this.#process.on("close", (code, by) => end(this.#crashError(code, by)));
    });
  }

  /** Writes a line and waits for the next line that is no log line. */
  ask(text: string | undefined, timeoutMs: number | undefined, what: string, limit: number): Promise<string> {
    return new Promise((resolve, reject) => {
      const deadline =
        timeoutMs === undefined
          ? undefined
          : setTimeout(() => this.kill(this.#timeoutError(what, timeoutMs)), timeoutMs);
      const settled = <T>(settle: (value: T) => void) => {
        return (value: T) => {
          clearTimeout(deadline);
          settle(value);
        };
      };
      this.#question = { answer: settled(resolve), fail: settled(reject) };
      if (!this.alive) {
        void this.ended.then((error) => this.#take()?.fail(error));
        return;
      }
      this.#lines.limit = limit;
      this.#process.stdout.resume();
      if (text !== undefined) this.#process.stdin.write(`${text}\n`);
    });
  }

  /** Throws MGP_PLUGIN_PROTOCOL for what is no message, and ends the program. */
  read(line: string): Answer {
    let message: unknown;
    try {
      message = JSON.parse(line);
    } catch {
      throw this.unexpected(`${shown(line)}, which is no JSON`);
    }
    if (answerValidator.Check(message)) return message as Answer;
    throw this.unexpected(`${shown(line)}, which is no message of the protocol`);
  }

  /** Ends the program for what it wrote. */
  unexpected(what: string): MagpieError {
    const hint = "standard output is for the protocol alone; print to standard error";
    const error = new MagpieError("MGP_PLUGIN_PROTOCOL", `${this.#name} wrote ${what}; ${hint}`);
    this.kill(error);
    return error;
  }

  shutDown(): void {
    this.#cause ??= new DOMException("The program was closed", "AbortError");
    // What it still writes is not read, but it must be able to write it.
    this.#take()?.fail(this.#cause);
    this.#process.stdout.resume();
    if (this.#process.stdin.writable) this.#process.stdin.end(`${JSON.stringify({ type: "shutdown" })}\n`);
  }

  kill(cause?: unknown): void {
    this.alive = false;
    this.#cause ??= cause;
    this.#take()?.fail(this.#cause);
    this.#killGroup();
  }

  #killGroup(): void {
    try {
      if (this.#process.pid !== undefined) process.kill(-this.#process.pid, "SIGKILL");
    } catch {
      // It is gone.
    }
  }

  #receive(line: string): void {
    if (this.#question === undefined) {
      // Behind an answer, in the same chunk; or after `shutdown`, when nobody listens.
      if (this.alive && this.#cause === undefined) this.unexpected(`${shown(line)} without being asked`);
      return;
    }
    if (isLog(line)) {
      this.#tell(line);
      return;
    }
    this.#process.stdout.pause();
    this.#take()?.answer(line);
  }

  #tell(line: string): void {
    try {
      const { level, message, fields } = this.read(line) as LogLine;
      this.#log.log(level, message, fields);
    } catch {
      // The program was ended for it.
    }
  }

  /** The question under way, which is settled by whoever takes it. */
  #take(): Question | undefined {
    const question = this.#question;
    this.#question = undefined;
    return question;
  }

  #timeoutError(what: string, timeoutMs: number): MagpieError {
    return new MagpieError(
      "MGP_PLUGIN_TIMEOUT",
      `${this.#name} did not ${what} within ${timeoutMs} ms; raise startTimeoutMs if it needs longer${this.#told()}`,
    );
  }

  #memoryError(bytes: number, limit: number): MagpieError {
    return new MagpieError(
      "MGP_PLUGIN_MEMORY",
      `${this.#name} took ${bytes} bytes of memory, more than maxMemory (${limit}); raise it, or lower batch`,
    );
  }

  #crashError(code: number | null, by: string | null): MagpieError {
    const how = by === null ? `ended with code ${code}` : `was ended by ${by}`;
    return new MagpieError("MGP_PLUGIN_CRASHED", `${this.#name} ${how}${this.#told()}`);
  }

  #told(): string {
    const text = this.#errors.trim();
    return text === "" ? "" : `; it wrote:\n${text}`;
  }
}

/** Told from its first characters, so that an answer of megabytes is not parsed twice. */
function isLog(line: string): boolean {
  return /^\s*\{\s*"type"\s*:\s*"log"/.test(line.slice(0, 64));
}

function shown(line: string): string {
  return JSON.stringify(line.length <= 80 ? line : `${line.slice(0, 80)}…`);
}
