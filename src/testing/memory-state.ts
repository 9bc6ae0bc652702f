import { maxStateKeyBytes, type State } from "../core/state.ts";

/** A stage's state in memory, ordered by the bytes of its keys like the real one. */
export class MemoryState implements State {
  // Keys are held as latin1 strings: one character a byte, in the same order as the bytes.
  readonly #entries = new Map<string, Uint8Array>();

  get(key: string | Uint8Array): Uint8Array | undefined {
    return this.#entries.get(nameOf(key));
  }

  /** Throws a RangeError for a key that is empty or longer than 1,024 bytes. */
  put(key: string | Uint8Array, value: Uint8Array): void {
    const name = nameOf(key);
    if (name.length === 0 || name.length > maxStateKeyBytes)
      throw new RangeError(`a state key of ${name.length} bytes; 1 to ${maxStateKeyBytes} are allowed`);
    this.#entries.set(name, Uint8Array.from(value));
  }

  delete(key: string | Uint8Array): void {
    this.#entries.delete(nameOf(key));
  }

  *entries(prefix: string | Uint8Array = ""): Iterable<readonly [Uint8Array, Uint8Array]> {
    const start = nameOf(prefix);
    const names = [...this.#entries.keys()].filter((name) => name.startsWith(start)).sort();
    for (const name of names) yield [Buffer.from(name, "latin1"), this.#entries.get(name)!];
  }

  /** All entries as one text: equal states give equal texts. */
  snapshot(): string {
    const lines: string[] = [];
    for (const [key, value] of this.entries())
      lines.push(`${Buffer.from(key).toString("hex")} ${Buffer.from(value).toString("hex")}`);
    return lines.join("\n");
  }
}

function nameOf(key: string | Uint8Array): string {
  return Buffer.from(key as Uint8Array).toString("latin1");
}
