import type { MagpieRecord } from "../../core/record.ts";

export interface Languages {
  /** The most frequent first. */
  readonly counts: readonly { readonly language: string; readonly records: number }[];
  /** Records with further languages than are told apart. */
  readonly others: number;
  /** Records without the tag `language`. */
  readonly untagged: number;
}

/** lid.176 knows 176. */
const maxLanguages = 200;

/** Counts records by the tag `language`. */
export class LanguageTally {
  readonly #counts = new Map<string, number>();
  #others = 0;
  #untagged = 0;

  add({ tags }: MagpieRecord): void {
    const value = Object.hasOwn(tags, "language") ? tags["language"]?.value : undefined;
    if (typeof value !== "string") this.#untagged += 1;
    else if (this.#counts.has(value) || this.#counts.size < maxLanguages)
      this.#counts.set(value, (this.#counts.get(value) ?? 0) + 1);
    else this.#others += 1;
  }

  result(): Languages {
    const counts = [...this.#counts]
      .map(([language, records]) => ({ language, records }))
      .sort((a, b) => b.records - a.records || (a.language < b.language ? -1 : 1));
    return { counts, others: this.#others, untagged: this.#untagged };
  }
}
