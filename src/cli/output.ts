import { once } from "node:events";
import { MagpieError } from "../core/errors.ts";
import type { OutputStream } from "./deps.ts";

/** A stream a command prints to: with back-pressure, and quiet when the reader has gone away. */
export class Output {
  readonly #stream: OutputStream;
  #closed = false;
  #failure: Error | undefined;

  constructor(stream: OutputStream) {
    this.#stream = stream;
    stream.on("error", (error: NodeJS.ErrnoException) => {
      this.#closed = true;
      if (error.code !== "EPIPE") this.#failure = error;
    });
  }

  /** True when nobody reads any more, as after `| head`: what is written from then on goes nowhere. */
  get closed(): boolean {
    return this.#closed;
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
    if (!this.#closed && !this.#stream.write(data) && !this.#closed)
      await once(this.#stream, "drain").catch(() => {});
    if (this.#failure !== undefined)
      throw new MagpieError("MGP_EXPORT_FAILED", `the output cannot be written: ${this.#failure.message}`, {
        cause: this.#failure,
      });
  }

  async lines(lines: readonly string[]): Promise<void> {
    if (lines.length > 0) await this.write(`${lines.join("\n")}\n`);
  }

  /** A value as one line of JSON. */
  async json(value: unknown): Promise<void> {
    await this.write(`${JSON.stringify(value)}\n`);
  }
}
