/** A stretch of a text, and whether the other text lacks it. */
export interface Piece {
  readonly text: string;
  readonly differs: boolean;
}

const words = new Intl.Segmenter("en", { granularity: "word" });

/** Words of a text that are compared; what follows them is not. Comparing takes the square of it in bytes. */
const maxWords = 2000;

/**
 * Two texts as stretches that both have (a longest common subsequence of their words) and stretches that only one has.
 * White space differs when the words around it do.
 */
export function wordDifference(left: string, right: string): readonly [readonly Piece[], readonly Piece[]] {
  const a = wordsOf(left);
  const b = wordsOf(right);
  const [sameInA, sameInB] = commonWords(
    a.map(({ text }) => text),
    b.map(({ text }) => text),
  );
  return [piecesOf(a, sameInA), piecesOf(b, sameInB)];
}

interface Word {
  readonly text: string;
  /** The white space before it. */
  readonly space: string;
}

function wordsOf(text: string): readonly Word[] {
  const found: Word[] = [];
  let space = "";
  for (const { segment } of words.segment(text)) {
    if (segment.trim() === "") space += segment;
    else {
      found.push({ text: segment, space });
      space = "";
    }
  }
  return space === "" ? found : [...found, { text: "", space }];
}

/** For each word, whether it belongs to the common subsequence. */
function commonWords(a: readonly string[], b: readonly string[]): readonly [Uint8Array, Uint8Array] {
  const [sameInA, sameInB] = [new Uint8Array(a.length), new Uint8Array(b.length)];
  const least = Math.min(a.length, b.length);
  let start = 0;
  while (start < least && a[start] === b[start]) start++;
  let end = 0;
  while (end < least - start && a.at(-1 - end) === b.at(-1 - end)) end++;
  sameInA.fill(1, 0, start).fill(1, a.length - end);
  sameInB.fill(1, 0, start).fill(1, b.length - end);

  const rows = Math.min(maxWords, a.length - start - end);
  const columns = Math.min(maxWords, b.length - start - end);
  const lengths = Array.from({ length: rows + 1 }, () => new Uint16Array(columns + 1));
  for (let i = rows - 1; i >= 0; i--)
    for (let j = columns - 1; j >= 0; j--)
      lengths[i]![j] =
        a[start + i] === b[start + j]
          ? lengths[i + 1]![j + 1]! + 1
          : Math.max(lengths[i + 1]![j]!, lengths[i]![j + 1]!);
  for (let i = 0, j = 0; i < rows && j < columns; ) {
    if (a[start + i] === b[start + j]) sameInA[start + i++] = sameInB[start + j++] = 1;
    else if (lengths[i + 1]![j]! >= lengths[i]![j + 1]!) i++;
    else j++;
  }
  return [sameInA, sameInB];
}

function piecesOf(all: readonly Word[], same: Uint8Array): readonly Piece[] {
  const pieces: { text: string; differs: boolean }[] = [];
  const add = (text: string, differs: boolean): void => {
    const last = pieces.at(-1);
    if (text === "") return;
    if (last?.differs === differs) last.text += text;
    else pieces.push({ text, differs });
  };
  all.forEach(({ text, space }, i) => {
    const differs = same[i] === 0;
    add(space, differs && i > 0 && same[i - 1] === 0);
    add(text, differs);
  });
  return pieces;
}
