import type { Candidate } from "./holder-index.ts";

/** Records met in bands, by pairs of record and band in the order of the bands: most shared bands first, then by record number. */
export function rankCandidates(met: ArrayLike<number>, pairs: number): readonly Candidate[] {
  const found = new Map<number, Candidate>();
  for (let i = 0; i < pairs; i++) {
    const record = met[2 * i]!;
    const known = found.get(record);
    if (known === undefined) found.set(record, { record, band: met[2 * i + 1]!, shared: 1 });
    else found.set(record, { record, band: known.band, shared: known.shared + 1 });
  }
  return [...found.values()].sort((a, b) => b.shared - a.shared || a.record - b.record);
}
