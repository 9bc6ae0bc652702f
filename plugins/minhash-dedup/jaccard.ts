/**
 * Most shingles kept of one record. Of a longer text its smallest are kept, and its similarity is estimated from them: with a
 * standard error of √(J(1 − J) / 4096), 0.006 at J = 0.8 (bottom-k sketch; Broder, "On the resemblance and containment of
 * documents", 1997, §4).
 */
export const mostShingles = 4096;

/**
 * Jaccard similarity of two ascending sets of u32: shared ÷ in either. Exact, unless one of them was cut at
 * {@link mostShingles}: then over the smallest that many of the union. Two empty sets are equal: 1.
 */
export function jaccard(a: Uint32Array, b: Uint32Array): number {
  const isCut = a.length >= mostShingles || b.length >= mostShingles;
  const limit = isCut ? mostShingles : a.length + b.length;
  let i = 0;
  let j = 0;
  let shared = 0;
  let union = 0;
  while (i < a.length && j < b.length && union < limit) {
    const x = a[i]!;
    const y = b[j]!;
    if (x <= y) i++;
    if (y <= x) j++;
    if (x === y) shared++;
    union++;
  }
  union = Math.min(limit, union + (a.length - i) + (b.length - j));
  return union === 0 ? 1 : shared / union;
}
