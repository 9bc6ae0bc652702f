/**
 * The bytes of a record that is not complete yet, over several chunks. Stops holding them once they pass the limit: from
 * then on they are only counted.
 */
export class PendingBytes {
  readonly #limit: number;
  #parts: Uint8Array[] = [];
  #size = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Bytes seen, held or not. */
  get size(): number {
    return this.#size;
  }

  add(part: Uint8Array): void {
    if (part.length === 0) return;
    this.#size += part.length;
    if (this.#size > this.#limit) this.#parts = [];
    else this.#parts.push(part);
  }

  /** Everything added since the last call, or only its size when that passed the limit. */
  take(): Uint8Array | { readonly size: number } {
    const parts = this.#parts;
    const size = this.#size;
    this.#parts = [];
    this.#size = 0;
    if (size > this.#limit) return { size };
    return parts.length === 1 ? parts[0]! : Buffer.concat(parts, size);
  }
}
