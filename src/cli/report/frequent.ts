/**
 * The most frequent of many keys, in bounded memory (Misra and Gries, "Finding repeated elements", 1982). Counts are exact
 * while there are no more than `capacity` different keys; beyond, none is more than `total / capacity` too small.
 */
export class Frequent {
  readonly #capacity: number;
  readonly #counts = new Map<string, number>();
  /** Whether counts are exact. */
  exact = true;

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  add(key: string): void {
    const count = this.#counts.get(key);
    if (count !== undefined || this.#counts.size < this.#capacity) {
      this.#counts.set(key, (count ?? 0) + 1);
      return;
    }
    this.exact = false;
    for (const [other, known] of this.#counts)
      if (known === 1) this.#counts.delete(other);
      else this.#counts.set(other, known - 1);
  }

  /** Different keys; when counts are not exact, there are more. */
  get size(): number {
    return this.exact ? this.#counts.size : this.#capacity;
  }

  /** At most so many, the most frequent first. */
  top(most: number): readonly string[] {
    const sorted = [...this.#counts].sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1));
    return sorted.slice(0, most).map(([key]) => key);
  }
}
