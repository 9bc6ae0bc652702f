import { type Piece, wordDifference } from "../word-difference.ts";
import type { Style } from "./style.ts";
import { oneLine, padEnd, truncate } from "./text.ts";
import { wrapPieces } from "./wrap.ts";

export interface TitledText {
  readonly title: string;
  readonly text: string;
}

const gap = " │ ";
const narrowestColumn = 34;

/** Columns of a text that are shown at most. */
const mostColumns = 4000;

/** Two texts in two columns, or one under the other where `width` is short; words that only one has stand in brackets. */
export function renderSideBySide(
  left: TitledText,
  right: TitledText,
  width: number,
  style: Style,
): readonly string[] {
  const half = Math.floor((width - gap.length) / 2);
  const [a, b] = wordDifference(shown(left.text), shown(right.text));
  if (half < narrowestColumn)
    return [...renderColumn(left.title, a, width, style), ...renderColumn(right.title, b, width, style)];
  const columns = [
    renderColumn(left.title, a, half, style),
    renderColumn(right.title, b, half, style),
  ] as const;
  const height = Math.max(columns[0].length, columns[1].length);
  return Array.from({ length: height }, (_, i) => {
    const [before = "", after = ""] = columns.map((column) => column[i]);
    return `${padEnd(before, half)}${style.dim(gap)}${after}`.trimEnd();
  });
}

function shown(text: string): string {
  return truncate(oneLine(text), mostColumns);
}

function renderColumn(
  title: string,
  pieces: readonly Piece[],
  width: number,
  style: Style,
): readonly string[] {
  const marked = pieces.map((piece) => (piece.differs ? { ...piece, text: `[${piece.text}]` } : piece));
  const lines = wrapPieces(marked, width).map((line) =>
    line.map(({ text, differs }) => (differs ? style.yellow(text) : text)).join(""),
  );
  return [style.dim(truncate(title, width)), ...lines];
}
