import { sha256Bytes } from "../../core/sha256.ts";

/**
 * A few of many items, as good as drawn by lot, and the same ones whenever the same items are offered in whatever order:
 * those whose keys have the smallest sha256.
 */
export class Sample<T> {
  readonly #size: number;
  #chosen: { readonly rank: Uint8Array; readonly item: T }[] = [];

  constructor(size: number) {
    this.#size = size;
  }

  /** `make` is called only for an item that is chosen, as things stand. */
  offer(key: string, make: () => T): void {
    const rank = sha256Bytes(key);
    const full = this.#chosen.length >= this.#size;
    if (full && Buffer.compare(rank, this.#chosen.at(-1)!.rank) >= 0) return;
    const others = full ? this.#chosen.slice(0, -1) : this.#chosen;
    this.#chosen = [...others, { rank, item: make() }].sort((a, b) => Buffer.compare(a.rank, b.rank));
  }

  get items(): readonly T[] {
    return this.#chosen.map(({ item }) => item);
  }
}
