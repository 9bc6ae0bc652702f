import { Buffer } from "node:buffer";
import type { CommittedState, StateWrite } from "../log.ts";

/** The committed state of one pipeline. Keys are kept as Latin-1 text, whose order is the order of the bytes; values are copied. */
export class MemoryState implements CommittedState {
  readonly #stages = new Map<string, Map<string, Uint8Array>>();

  get(stage: string, key: Uint8Array): Uint8Array | undefined {
    return this.#stages.get(stage)?.get(latin1(key))?.slice();
  }

  *entries(stage: string, prefix: Uint8Array): Iterable<readonly [Uint8Array, Uint8Array]> {
    const entries = this.#stages.get(stage);
    if (entries === undefined) return;
    const start = latin1(prefix);
    const keys = [...entries.keys()].filter((key) => key.startsWith(start)).sort();
    for (const key of keys) {
      const value = entries.get(key);
      if (value !== undefined) yield [bytes(key), value.slice()];
    }
  }

  apply({ stage, key, value }: StateWrite): void {
    let entries = this.#stages.get(stage);
    if (entries === undefined) {
      entries = new Map();
      this.#stages.set(stage, entries);
    }
    if (value === undefined) entries.delete(latin1(key));
    else entries.set(latin1(key), new Uint8Array(value));
  }

  get stages(): readonly string[] {
    return [...this.#stages.keys()].sort();
  }
}

function latin1(key: Uint8Array): string {
  return Buffer.from(key.buffer, key.byteOffset, key.byteLength).toString("latin1");
}

function bytes(key: string): Uint8Array {
  return new Uint8Array(Buffer.from(key, "latin1"));
}
