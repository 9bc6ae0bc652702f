/** A clock that moves when a test says so. */
export class ManualClock {
  #ms: number;

  /** `startMs`: milliseconds since 1970; 0 by default. */
  constructor(startMs = 0) {
    this.#ms = startMs;
  }

  /** Milliseconds since 1970. May be passed on as it is. */
  readonly now = (): number => this.#ms;

  /** Moves on by milliseconds; throws a RangeError for fewer than none. */
  advance(ms: number): void {
    if (!(ms >= 0)) throw new RangeError(`a clock cannot go back: ${ms} ms`);
    this.#ms += ms;
  }
}
