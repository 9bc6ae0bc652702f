import type { Output } from "./output.ts";
import { truncate } from "./render/text.ts";

const everyMs = 100;

/** One line that is redrawn in place, on a terminal only; at most ten times a second. */
export class StatusLine {
  readonly #output: Output;
  readonly #now: () => number;
  #drawnAt = 0;

  constructor(output: Output, now: () => number) {
    this.#output = output;
    this.#now = now;
  }

  async show(text: () => string): Promise<void> {
    if (!this.#output.isTerminal || this.#now() - this.#drawnAt < everyMs) return;
    this.#drawnAt = this.#now();
    await this.#output.write(`\r${truncate(text(), this.#output.columns - 1)}\u001b[K`);
  }

  async clear(): Promise<void> {
    if (this.#drawnAt > 0) await this.#output.write("\r\u001b[K");
    this.#drawnAt = 0;
  }
}
