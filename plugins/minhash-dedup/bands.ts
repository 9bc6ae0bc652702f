import { fmix32 } from "./fmix32.ts";
import { joiner } from "./joiner.ts";

/** A signature cut into bands of rows: two records are compared when all rows of one band are equal. */
export interface BandLayout {
  readonly bands: number;
  readonly rows: number;
}

/** Share of the pairs exactly at the threshold that may meet in no band. Pairs above it are missed less often. */
export const missedAtThreshold = 0.005;

/**
 * The most rows, and so the fewest comparisons in vain, with which at most {@link missedAtThreshold} of the pairs at the
 * threshold are missed. Permutations that fill no band are left over. One row when nothing is good enough.
 */
export function chooseBands(permutations: number, threshold: number): BandLayout {
  for (let rows = permutations; rows > 1; rows--) {
    const layout = { bands: Math.floor(permutations / rows), rows };
    if (1 - found(layout, threshold) <= missedAtThreshold) return layout;
  }
  return { bands: permutations, rows: 1 };
}

/**
 * Probability that two sets of this Jaccard similarity share a band: 1 − (1 − s^rows)^bands (Leskovec, Rajaraman, Ullman:
 * Mining of Massive Datasets, §3.4.2).
 */
export function found({ bands, rows }: BandLayout, similarity: number): number {
  return 1 - (1 - similarity ** rows) ** bands;
}

/** One u32 per band, over its rows in order; joined as the tokens of a shingle are. */
export function bandKeys(signature: Uint32Array, { bands, rows }: BandLayout, keys: Uint32Array): void {
  let row = 0;
  for (let band = 0; band < bands; band++) {
    let key = 0;
    for (const end = row + rows; row < end; row++) key = (Math.imul(key, joiner) + signature[row]!) | 0;
    keys[band] = fmix32(key);
  }
}
