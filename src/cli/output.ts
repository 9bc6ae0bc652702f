import { once } from "node:events";
import { MagpieError } from "../core/errors.ts";
import type { OutputStream } from "./deps.ts";

/** How a stream came to its end, if it did. */
interface End {
  closed: boolean;
  failure: Error | undefined;
}

/** One listener for each stream, however many commands a process runs. */
const ends = new WeakMap<OutputStream, End>();

function endOf(stream: OutputStream): End {
  const known = ends.get(stream);
  if (known !== undefined) return known;
  const end: End = { closed: false, failure: undefined };
  ends.set(stream, end);
  stream.on("error", (error: NodeJS.ErrnoException) => {
    end.closed = true;
    if (error.code !== "EPIPE") end.failure = error;
  });
  return end;
}

/** A stream a command prints to: with back-pressure, and quiet when the reader has gone away. */
export class Output {
  readonly #stream: OutputStream;
  readonly #end: End;

  constructor(stream: OutputStream) {
    this.#stream = stream;
    this.#end = endOf(stream);
  }

  /** True when nobody reads any more, as after `| head`: what is written from then on goes nowhere. */
  get closed(): boolean {
    return this.#end.closed;
  }

  get isTerminal(): boolean {
    return this.#stream.isTTY === true;
  }

  /** Width in columns; 100 where there is no terminal to ask. */
  get columns(): number {
    return this.#stream.columns ?? 100;
  }

  /** Height in lines; 40 where there is no terminal to ask. */
  get rows(): number {
    return this.#stream.rows ?? 40;
  }

  /** Resolves when the stream takes more. Throws MGP_EXPORT_FAILED when it cannot be written. */
  async write(data: string | Uint8Array): Promise<void> {
    if (!this.#end.closed && !this.#stream.write(data) && !this.#end.closed)
      await once(this.#stream, "drain").catch(() => {});
    if (this.#end.failure !== undefined)
      throw new MagpieError(
        "MGP_EXPORT_FAILED",
        `the output cannot be written: ${this.#end.failure.message}`,
        {
          cause: this.#end.failure,
        },
      );
  }

  async lines(lines: readonly string[]): Promise<void> {
    if (lines.length > 0) await this.write(`${lines.join("\n")}\n`);
  }

  /** A value as one line of JSON. */
  async json(value: unknown): Promise<void> {
    await this.write(`${JSON.stringify(value)}\n`);
  }
}
