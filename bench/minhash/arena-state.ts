import type { State } from "../../src/core/state.ts";
import { KeyTable } from "./key-table.ts";

/** Places count in words of 8 bytes over all slabs: values begin where a typed array may. Place 0 is that of what is not there. */
const wordBytes = 8;
const wordsPerSlab = 2 ** 19;
const firstPlace = 1;
const initialPlaces = 1024;

/**
 * A state in memory for a million small values, as cheap as it can be made that keeps what {@link State} promises: keys and values lie one behind
 * the other in typed arrays and are not an object each. What is deleted or replaced by another length stays where it is.
 */
export class ArenaState implements State {
  readonly #keys = new KeyTable();
  /** By number of the key. A word with the length of the value lies there, then the value. */
  #places = new Uint32Array(initialPlaces);
  readonly #slabs: Uint8Array[] = [];
  readonly #lengths: Uint32Array[] = [];
  #next = 0;

  get(key: string | Uint8Array): Uint8Array | undefined {
    const number = this.#keys.find(bytesOf(key));
    const place = number === -1 ? 0 : this.#places[number]!;
    return place === 0 ? undefined : this.#at(place);
  }

  put(key: string | Uint8Array, value: Uint8Array): void {
    const number = this.#keys.add(bytesOf(key));
    if (number === this.#places.length) this.#growPlaces();
    let place = this.#places[number]!;
    if (place === 0 || this.#lengthAt(place) !== value.length) {
      place = this.#append(value.length);
      this.#places[number] = place;
    }
    this.#slabs[slabOf(place)]!.set(value, startOf(place));
  }

  delete(key: string | Uint8Array): void {
    const number = this.#keys.find(bytesOf(key));
    if (number !== -1) this.#places[number] = 0;
  }

  *entries(prefix: string | Uint8Array = ""): Iterable<readonly [Uint8Array, Uint8Array]> {
    const start = Buffer.from(bytesOf(prefix));
    const found: [Buffer, number][] = [];
    for (let number = 0; number < this.#keys.size; number++) {
      const key = Buffer.from(this.#keys.keyOf(number));
      if (this.#places[number] !== 0 && key.subarray(0, start.length).equals(start))
        found.push([key, this.#places[number]!]);
    }
    for (const [key, place] of found.sort(([a], [b]) => a.compare(b))) yield [key, this.#at(place)];
  }

  #append(length: number): number {
    const words = 1 + Math.ceil(length / wordBytes);
    if (this.#next + words > this.#slabs.length * wordsPerSlab) this.#addSlab();
    const place = this.#next;
    this.#next += words;
    this.#lengths[slabOf(place)]![2 * (place % wordsPerSlab)] = length;
    return place;
  }

  #addSlab(): void {
    const slab = Buffer.allocUnsafeSlow(wordBytes * wordsPerSlab);
    this.#next = this.#slabs.length * wordsPerSlab + firstPlace;
    this.#slabs.push(slab);
    this.#lengths.push(new Uint32Array(slab.buffer));
  }

  #growPlaces(): void {
    const places = new Uint32Array(2 * this.#places.length);
    places.set(this.#places);
    this.#places = places;
  }

  #at(place: number): Uint8Array {
    const start = startOf(place);
    return this.#slabs[slabOf(place)]!.subarray(start, start + this.#lengthAt(place));
  }

  #lengthAt(place: number): number {
    return this.#lengths[slabOf(place)]![2 * (place % wordsPerSlab)]!;
  }
}

function slabOf(place: number): number {
  return Math.floor(place / wordsPerSlab);
}

/** Of a value, in bytes, in its slab. */
function startOf(place: number): number {
  return wordBytes * ((place % wordsPerSlab) + 1);
}

function bytesOf(key: string | Uint8Array): Uint8Array {
  return typeof key === "string" ? Buffer.from(key) : key;
}
