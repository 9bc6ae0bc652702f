import { getOrCreate } from "../core/get-or-create.ts";
import type { CommittedState, Journal, StateWrite } from "../log/log.ts";

/** Committed state of a task without a log: lives as long as the process. */
export class MemoryState implements CommittedState {
  // Keys are held as latin1 strings: one character a byte, in the same order as the bytes.
  readonly #stages = new Map<string, Map<string, Uint8Array>>();

  get(stage: string, key: Uint8Array): Uint8Array | undefined {
    return this.#stages.get(stage)?.get(nameOf(key));
  }

  *entries(stage: string, prefix: Uint8Array): Iterable<readonly [Uint8Array, Uint8Array]> {
    const start = nameOf(prefix);
    const entries = [...(this.#stages.get(stage) ?? [])].filter(([name]) => name.startsWith(start));
    entries.sort(([a], [b]) => (a < b ? -1 : 1));
    for (const [name, value] of entries) yield [Buffer.from(name, "latin1"), value];
  }

  apply(writes: readonly StateWrite[]): void {
    for (const { stage, key, value } of writes) {
      const entries = getOrCreate(this.#stages, stage, () => new Map());
      if (value === undefined) entries.delete(nameOf(key));
      else entries.set(nameOf(key), value);
    }
  }
}

/** Answers of a task without a log: shared while the process lives. */
export function memoryJournal(): Journal {
  const answers = new Map<string, Uint8Array>();
  return {
    get: async (key) => answers.get(key),
    put: async (key, answer) => {
      if (!answers.has(key)) answers.set(key, answer);
    },
    size: async () => ({
      answers: answers.size,
      bytes: [...answers.values()].reduce((sum, answer) => sum + answer.byteLength, 0),
    }),
  };
}

function nameOf(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("latin1");
}
