import { distance } from "fastest-levenshtein";

/**
 * The hint `did you mean "x"?` with the candidate closest to a misspelt word, or undefined when none is close. Case,
 * `-`, `_` and `.` do not count, and a part of a compound name is enough: `minhsh` finds `minhash-dedup`.
 */
export function didYouMean(word: string, candidates: Iterable<string>): string | undefined {
  const allowed = word.length < 3 ? 0 : Math.min(3, Math.ceil(word.length / 3));
  let best: string | undefined;
  let least = allowed + 1;
  for (const candidate of candidates) {
    const difference = differenceOf(word, candidate);
    if (difference < least) [best, least] = [candidate, difference];
  }
  return best === undefined ? undefined : `did you mean ${JSON.stringify(best)}?`;
}

function differenceOf(word: string, candidate: string): number {
  const [a, b] = [plain(word), plain(candidate)];
  const whole = distance(a, b);
  if (Math.min(a.length, b.length) < 4) return whole;
  const parts = candidate.split(/[-_.]/).filter((part) => part.length >= 4);
  // A part counts half a letter more than a whole name, so that of two equally close names the whole one wins. It must be
  // closer than a whole one, too: `instructions.raw` is no slip for `instructions.curated`.
  const inPart = Math.min(
    ...parts.map((part) => distance(a, plain(part))).map((slips) => (slips <= 2 ? slips + 0.5 : Infinity)),
  );
  const asPrefix = a.startsWith(b) || b.startsWith(a) ? 1 : Infinity;
  return Math.min(whole, inPart, asPrefix);
}

function plain(name: string): string {
  return name.toLowerCase().replace(/[-_.\s]/g, "");
}
