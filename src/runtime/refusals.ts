import type { Credit } from "../log/log.ts";

/**
 * Narrows down which record a log refuses: an output that no retry can write would be read and refused again for ever. After each
 * refusal fewer records are read before a commit; when one alone is refused, it goes to quarantine. Kept by the run, because
 * the task is opened anew after every refusal.
 */
export class Refusals {
  /** Most records in one commit; undefined when nothing is being narrowed down. */
  #most: number | undefined;
  /** Records left to be committed in small commits: as many as were in the commit first refused. */
  #left = 0;
  /** Source of the record that was refused alone, and why. */
  #refused: { readonly source: string; readonly why: string } | undefined;

  /**
   * A commit of so many records was refused; `source` names the only one. False when nothing further can be done: what was refused
   * is not what became of a record, or its quarantine entry was refused as well.
   */
  refused(records: number, source: string | undefined, why: string): boolean {
    if (this.#most === undefined) this.#left = records;
    if (records > 1) {
      this.#most = Math.floor(records / 2);
      return true;
    }
    if (source === undefined || this.#refused?.source === source) return false;
    this.#most = 1;
    this.#refused = { source, why };
    return true;
  }

  committed(records: number): void {
    this.#refused = undefined;
    this.#left -= records;
    if (this.#left <= 0) this.#most = undefined;
  }

  /** Why this record goes to quarantine; undefined for all others. */
  whyRefused(source: string): string | undefined {
    return this.#refused?.source === source ? this.#refused.why : undefined;
  }

  /** How much may be under way, of a window. */
  within(window: Credit): Credit {
    return { records: Math.min(window.records, this.#most ?? window.records), bytes: window.bytes };
  }
}
