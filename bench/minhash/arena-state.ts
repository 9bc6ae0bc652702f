import type { State } from "../../src/core/state.ts";

const slabBytes = 2 ** 26;
/** Before each value; with it values begin where a typed array may. */
const lengthBytes = 8;

/**
 * A state in memory for a million small values: they lie one after the other in large slabs, each behind its length, and
 * are not an object each. What is deleted or replaced by another length stays in its slab.
 */
export class ArenaState implements State {
  // Keys are held as latin1 strings: one character a byte, in the same order as the bytes. Places count over all slabs.
  readonly #places = new Map<string, number>();
  readonly #slabs: Buffer[] = [];
  #used = slabBytes;

  get(key: string | Uint8Array): Uint8Array | undefined {
    const place = this.#places.get(nameOf(key));
    return place === undefined ? undefined : this.#at(place);
  }

  put(key: string | Uint8Array, value: Uint8Array): void {
    const name = nameOf(key);
    const place = this.#places.get(name);
    const old = place === undefined ? undefined : this.#at(place);
    if (old?.length === value.length) old.set(value);
    else this.#places.set(name, this.#append(value));
  }

  delete(key: string | Uint8Array): void {
    this.#places.delete(nameOf(key));
  }

  *entries(prefix: string | Uint8Array = ""): Iterable<readonly [Uint8Array, Uint8Array]> {
    const start = nameOf(prefix);
    for (const name of [...this.#places.keys()].filter((each) => each.startsWith(start)).sort())
      yield [Buffer.from(name, "latin1"), this.#at(this.#places.get(name)!)];
  }

  #append(value: Uint8Array): number {
    const size = lengthBytes + Math.ceil(value.length / lengthBytes) * lengthBytes;
    if (this.#used + size > slabBytes) {
      this.#slabs.push(Buffer.allocUnsafeSlow(slabBytes));
      this.#used = 0;
    }
    const slab = this.#slabs.at(-1)!;
    slab.writeUInt32LE(value.length, this.#used);
    slab.set(value, this.#used + lengthBytes);
    const place = (this.#slabs.length - 1) * slabBytes + this.#used;
    this.#used += size;
    return place;
  }

  #at(place: number): Buffer {
    const slab = this.#slabs[Math.floor(place / slabBytes)]!;
    const start = (place % slabBytes) + lengthBytes;
    return slab.subarray(start, start + slab.readUInt32LE(place % slabBytes));
  }
}

function nameOf(key: string | Uint8Array): string {
  if (typeof key === "string") return key;
  return String.fromCharCode.apply(undefined, key as unknown as number[]);
}
