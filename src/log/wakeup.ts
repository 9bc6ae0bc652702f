/** Wakes readers of this process as soon as something was written. */
export class Wakeup {
  readonly #waiting = new Set<() => void>();

  /** Ends every wait under way. */
  notify(): void {
    for (const wake of this.#waiting) wake();
  }

  /** Resolves after `ms`, at the next `notify`, or when `signal` is aborted, whichever comes first. */
  wait(ms: number, signal: AbortSignal): Promise<void> {
    if (signal.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const done = () => {
        clearTimeout(timer);
        signal.removeEventListener("abort", done);
        this.#waiting.delete(done);
        resolve();
      };
      const timer = setTimeout(done, ms);
      signal.addEventListener("abort", done, { once: true });
      this.#waiting.add(done);
    });
  }
}
