/** Limits how much is under way at once. Those who wait are served in the order they came. */
export class Semaphore {
  #free: number;
  readonly #waiting: (() => void)[] = [];

  /** Throws a RangeError unless `permits` is at least 1. */
  constructor(permits: number) {
    if (!(permits >= 1)) throw new RangeError(`A semaphore needs at least 1 permit; it was given ${permits}`);
    this.#free = permits;
  }

  /** Takes a permit. Undefined, and not a promise, when one was free. */
  acquire(): Promise<void> | undefined {
    if (this.#free > 0) {
      this.#free--;
      return undefined;
    }
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  /** Gives a permit back, to the one who waits longest. */
  release(): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.#free++;
    else next();
  }
}
