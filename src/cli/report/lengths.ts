import { codePoints } from "../../core/characters.ts";

export interface LengthBin {
  readonly from: number;
  /** Exclusive; the last bin of all has no end. */
  readonly to?: number;
  readonly texts: number;
}

/** How long the texts of a set are, in characters (code points). */
export interface Lengths {
  readonly texts: number;
  /** Records without such a text. */
  readonly missing: number;
  /** Left out when there is no text. */
  readonly statistics?: {
    readonly mean: number;
    readonly least: number;
    readonly p5: number;
    readonly median: number;
    readonly p95: number;
    readonly most: number;
  };
  /** Eight to a factor of ten, from the first with a text to the last. */
  readonly bins: readonly LengthBin[];
}

/** Lengths from here on are counted together, and their median or percentile reads as this. */
const longest = 2 ** 17;

const binsPerDecade = 8;
/** Where bins begin; the last has no end. */
export const binEdges: readonly number[] = [
  ...new Set([
    0,
    ...Array.from({ length: 5 * binsPerDecade + 1 }, (_, i) => Math.round(10 ** (i / binsPerDecade))),
  ]),
  longest,
];

/** Counts texts by length, in the same memory for however many. */
export class LengthTally {
  readonly #counts = new Float64Array(longest + 1);
  #texts = 0;
  #missing = 0;
  #sum = 0;
  #least = Infinity;
  #most = 0;

  add(text: string | undefined): void {
    if (text === undefined) {
      this.#missing += 1;
      return;
    }
    const length = codePoints(text);
    this.#counts[Math.min(length, longest)]! += 1;
    this.#texts += 1;
    this.#sum += length;
    this.#least = Math.min(this.#least, length);
    this.#most = Math.max(this.#most, length);
  }

  result(): Lengths {
    const counted = { texts: this.#texts, missing: this.#missing };
    if (this.#texts === 0) return { ...counted, bins: [] };
    const statistics = {
      mean: this.#sum / this.#texts,
      least: this.#least,
      p5: this.#quantile(0.05),
      median: this.#quantile(0.5),
      p95: this.#quantile(0.95),
      most: this.#most,
    };
    return { ...counted, statistics, bins: this.#bins() };
  }

  /** The smallest length that so large a share of the texts does not exceed. */
  #quantile(share: number): number {
    const rank = Math.ceil(share * this.#texts);
    let seen = 0;
    for (let length = 0; length < longest; length++) {
      seen += this.#counts[length]!;
      if (seen >= rank) return length;
    }
    return longest;
  }

  #bins(): readonly LengthBin[] {
    const bins = binEdges.map((from, i): LengthBin => {
      const to = binEdges[i + 1];
      const texts = this.#counts.subarray(from, to).reduce((sum, count) => sum + count, 0);
      return { from, ...(to === undefined ? {} : { to }), texts };
    });
    const first = bins.findIndex(({ texts }) => texts > 0);
    const last = bins.findLastIndex(({ texts }) => texts > 0);
    return bins.slice(first, last + 1);
  }
}
