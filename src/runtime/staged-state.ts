import { MagpieError } from "../core/errors.ts";
import { maxStateKeyBytes, type State } from "../core/state.ts";
import type { CommittedState, StateWrite } from "../log/log.ts";

interface Sealed {
  readonly value: Uint8Array | undefined;
  readonly sequence: number;
}

/**
 * One stage's state as its plugin sees it: committed entries under what is staged. Writes are staged per chunk: `seal`
 * closes a chunk's writes, `discard` forgets those of the open one, `settle` forgets sealed ones once they are committed.
 * Values are copied in and out: a plugin that changes a value it got, or the buffer it gave, must not change another commit.
 */
export class StagedState implements State {
  readonly #stage: string;
  readonly #committed: CommittedState;
  // Keys are held as latin1 strings: one character a byte, in the same order as the bytes.
  readonly #open = new Map<string, Uint8Array | undefined>();
  readonly #sealed = new Map<string, Sealed>();
  readonly #sealedKeys: { readonly sequence: number; readonly keys: readonly string[] }[] = [];
  #isClosed = false;

  constructor(stage: string, committed: CommittedState) {
    this.#stage = stage;
    this.#committed = committed;
  }

  get(key: string | Uint8Array): Uint8Array | undefined {
    this.#assertOpen();
    const bytes = keyBytes(key);
    const name = nameOf(bytes);
    if (this.#open.has(name)) return this.#open.get(name)?.slice();
    const sealed = this.#sealed.get(name);
    return sealed === undefined ? this.#committed.get(this.#stage, bytes) : sealed.value?.slice();
  }

  put(key: string | Uint8Array, value: Uint8Array): void {
    this.#open.set(this.#checkedName(key), new Uint8Array(value));
  }

  delete(key: string | Uint8Array): void {
    this.#open.set(this.#checkedName(key), undefined);
  }

  *entries(prefix: string | Uint8Array = ""): Iterable<readonly [Uint8Array, Uint8Array]> {
    this.#assertOpen();
    const start = keyBytes(prefix);
    const staged = this.#stagedUnder(nameOf(start));
    let next = 0;
    for (const entry of this.#committed.entries(this.#stage, start)) {
      // A name costs more than all else here, and mostly nothing is staged.
      const name = next < staged.length ? nameOf(entry[0]) : "";
      while (next < staged.length && staged[next]!.name < name) yield* present(staged[next++]!);
      if (next < staged.length && staged[next]!.name === name) yield* present(staged[next++]!);
      else yield entry;
      this.#assertOpen();
    }
    while (next < staged.length) yield* present(staged[next++]!);
  }

  /** Forgets what was staged since the last `seal`. */
  discard(): void {
    this.#open.clear();
  }

  /** Ends a chunk's writes and gives them for the commit that will cover `sequence`. */
  seal(sequence: number): readonly StateWrite[] {
    if (this.#open.size === 0) return [];
    const writes: StateWrite[] = [];
    for (const [name, value] of this.#open) {
      this.#sealed.set(name, { value, sequence });
      writes.push({ stage: this.#stage, key: Buffer.from(name, "latin1"), value });
    }
    this.#sealedKeys.push({ sequence, keys: [...this.#open.keys()] });
    this.#open.clear();
    return writes;
  }

  /** The writes of all chunks up to `sequence` are committed: reads may go to the log again. */
  settle(sequence: number): void {
    while (this.#sealedKeys.length > 0 && this.#sealedKeys[0]!.sequence <= sequence) {
      const { sequence: sealedAt, keys } = this.#sealedKeys.shift()!;
      for (const name of keys) if (this.#sealed.get(name)?.sequence === sealedAt) this.#sealed.delete(name);
    }
  }

  /** From now on every access throws: a plugin that works on after its stage ended must not reach a log that is closed. */
  close(): void {
    this.#isClosed = true;
  }

  #assertOpen(): void {
    if (this.#isClosed) throw new Error(`stage ${this.#stage} has ended; its state can no longer be used`);
  }

  #stagedUnder(prefix: string): readonly StagedEntry[] {
    const values = new Map<string, Uint8Array | undefined>();
    for (const [name, { value }] of this.#sealed) if (name.startsWith(prefix)) values.set(name, value);
    for (const [name, value] of this.#open) if (name.startsWith(prefix)) values.set(name, value);
    return [...values].map(([name, value]) => ({ name, value })).sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  #checkedName(key: string | Uint8Array): string {
    this.#assertOpen();
    const bytes = keyBytes(key);
    if (bytes.byteLength === 0 || bytes.byteLength > maxStateKeyBytes)
      throw new MagpieError(
        "MGP_STATE_KEY",
        `stage ${this.#stage}: a state key has ${bytes.byteLength} bytes; 1 to ${maxStateKeyBytes} are allowed; hash longer keys`,
      );
    return nameOf(bytes);
  }
}

interface StagedEntry {
  readonly name: string;
  readonly value: Uint8Array | undefined;
}

function* present(entry: StagedEntry): Iterable<readonly [Uint8Array, Uint8Array]> {
  if (entry.value !== undefined) yield [Buffer.from(entry.name, "latin1"), entry.value.slice()];
}

function keyBytes(key: string | Uint8Array): Uint8Array {
  return typeof key === "string" ? Buffer.from(key, "utf8") : key;
}

function nameOf(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("latin1");
}
