/** Adds up the time of named phases, milliseconds on the clock. */
export class PhaseClock {
  readonly #milliseconds = new Map<string, number>();

  async time<T>(phase: string, work: () => T | Promise<T>): Promise<T> {
    const startedAt = performance.now();
    const result = await work();
    this.#milliseconds.set(phase, (this.#milliseconds.get(phase) ?? 0) + performance.now() - startedAt);
    return result;
  }

  /** Phases in the order they first ran. */
  get milliseconds(): { readonly [phase: string]: number } {
    return Object.fromEntries(this.#milliseconds);
  }
}
