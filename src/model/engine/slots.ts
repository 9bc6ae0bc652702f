/** A few things of which each is used by one at a time; who comes when all are in use waits its turn. */
export class Slots<T> {
  readonly #free: T[];
  readonly #waiting: ((slot: T) => void)[] = [];

  constructor(all: readonly T[]) {
    this.#free = [...all];
  }

  /** Rejects with the reason of a signal that is aborted by the time its turn comes; then `work` is not called. */
  async use<R>(work: (slot: T) => Promise<R>, signal?: AbortSignal): Promise<R> {
    const slot = await this.#take();
    try {
      signal?.throwIfAborted();
      return await work(slot);
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) this.#free.push(slot);
      else next(slot);
    }
  }

  #take(): Promise<T> {
    const slot = this.#free.pop();
    return slot === undefined ? new Promise((resolve) => this.#waiting.push(resolve)) : Promise.resolve(slot);
  }
}
