import { PositionMarks } from "./position-marks.ts";

/**
 * A record that went to several topics says to how many; it must be in as many, once in each. Topics are looked at one after the
 * other, and known by a number from 1.
 */
export class ExpectedCopies {
  readonly #missing = new PositionMarks();
  readonly #lastTopic = new PositionMarks();
  #most = 0;

  /** The first of a record's messages that is met, of `total`. */
  first(source: string, offset: bigint, total: number, topic: number): void {
    if (total < 2) return;
    this.#missing.set(source, offset, total - 1);
    this.#lastTopic.set(source, offset, topic);
    this.#most = Math.max(this.#most, total - 1);
  }

  /** Whether a further message of the record is one that the first made expect. */
  further(source: string, offset: bigint, topic: number): boolean {
    const missing = this.#missing.get(source, offset);
    if (missing === 0 || this.#lastTopic.get(source, offset) === topic) return false;
    this.#missing.set(source, offset, missing - 1);
    this.#lastTopic.set(source, offset, topic);
    return true;
  }

  /** Positions of records that lack a copy. */
  *missing(): Iterable<string> {
    for (let missing = 1; missing <= this.#most; missing++) yield* this.#missing.positions(missing);
  }
}
