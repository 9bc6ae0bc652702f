import type { At } from "../../src/core/position.ts";
import { mostHolderBytes, writeHolder } from "../../src/core/write-holder.ts";
import { preparedStart } from "./holder-entry.ts";
import { mostShingles } from "./jaccard.ts";

const initialWhoBytes = 4096;

/**
 * The entry of the record at hand: what was prepared is put where its entry has it, so that it is copied once and lies where typed arrays may. One
 * is used again for every record: a state copies what it is given.
 */
export class EntryBuffer {
  readonly #bands: number;
  /** All of the buffer but who it is. */
  readonly #mostHeadBytes: number;
  #bytes = Buffer.alloc(0);
  #times = new Float64Array(0);
  #words = new Uint32Array(0);
  #preparedBytes = 0;

  /** Keys of the record's bands. */
  keys = new Uint32Array(0);

  constructor(bands: number) {
    this.#bands = bands;
    this.#mostHeadBytes = preparedStart + 4 * (bands + mostShingles) + bands;
    this.#allocate(initialWhoBytes);
  }

  get shingles(): Uint32Array {
    return this.#words.subarray(preparedStart / 4 + this.#bands, (preparedStart + this.#preparedBytes) / 4);
  }

  load(prepared: Uint8Array): void {
    this.#bytes.set(prepared, preparedStart);
    this.#preparedBytes = prepared.length;
  }

  /** The entry of what was loaded; `present` by band. Valid until the next load. */
  encode(at: At, id: string, present: Uint8Array): Uint8Array {
    const head = preparedStart + this.#preparedBytes + present.length;
    const whoBytes = mostHolderBytes(at, id);
    if (this.#bytes.length - head < whoBytes) this.#allocate(whoBytes);
    this.#times[0] = at.streamTime;
    this.#words[2] = this.#preparedBytes;
    this.#bytes.set(present, head - present.length);
    return new Uint8Array(this.#bytes.buffer, 0, writeHolder(at, id, this.#bytes, head));
  }

  #allocate(whoBytes: number): void {
    const old = this.#bytes;
    const { buffer } = new Float64Array(Math.ceil((this.#mostHeadBytes + whoBytes) / 8));
    this.#bytes = Buffer.from(buffer);
    this.#bytes.set(old.subarray(0, this.#mostHeadBytes));
    this.#times = new Float64Array(buffer);
    this.#words = new Uint32Array(buffer);
    this.keys = this.#words.subarray(preparedStart / 4, preparedStart / 4 + this.#bands);
  }
}
