import { maxChunkRecords } from "../core/limits.ts";
import type { Chunk, Credit, StoredMessage } from "./log.ts";

/** Collects one chunk within a credit. The first message is always taken, however large it is. */
export class ChunkBuilder {
  readonly #messages: StoredMessage[] = [];
  readonly #records: number;
  #bytes: number;

  constructor(credit: Credit) {
    this.#records = Math.min(maxChunkRecords, Math.max(1, credit.records));
    this.#bytes = credit.bytes;
  }

  get isEmpty(): boolean {
    return this.#messages.length === 0;
  }

  /** Whether a message with a value of `bytes` still fits. */
  fits(bytes: number): boolean {
    if (this.isEmpty) return true;
    return this.#messages.length < this.#records && bytes <= this.#bytes;
  }

  add(message: StoredMessage): void {
    this.#messages.push(message);
    this.#bytes -= message.value.byteLength;
  }

  build(): Chunk {
    return { messages: this.#messages };
  }
}
