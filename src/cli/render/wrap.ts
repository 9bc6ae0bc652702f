import type { Piece } from "../word-difference.ts";
import { displayWidth } from "./text.ts";

/** Pieces of one line of text as lines of at most `width` columns, broken at spaces, and inside a word too long for a line. */
export function wrapPieces(pieces: readonly Piece[], width: number): readonly (readonly Piece[])[] {
  const lines: Piece[][] = [[]];
  let used = 0;
  for (const { text, differs } of pieces)
    for (const word of text.split(/(?<= )/))
      for (const part of breakWord(word, width)) {
        if (used > 0 && used + displayWidth(part.trimEnd()) > width) {
          lines.push([]);
          used = 0;
        }
        append(lines.at(-1)!, { text: part, differs });
        used += displayWidth(part);
      }
  return lines.map(withoutEnd);
}

/** A text on one line as several. */
export function wrapText(text: string, width: number): readonly string[] {
  return wrapPieces([{ text, differs: false }], width).map((line) =>
    line.map((piece) => piece.text).join(""),
  );
}

function breakWord(word: string, width: number): readonly string[] {
  if (displayWidth(word.trimEnd()) <= width) return [word];
  const parts: string[] = [];
  let part = "";
  for (const character of word) {
    if (displayWidth(part + character) > width) {
      parts.push(part);
      part = "";
    }
    part += character;
  }
  return [...parts, part];
}

function append(line: Piece[], piece: Piece): void {
  const last = line.at(-1);
  if (last?.differs === piece.differs) line[line.length - 1] = { ...last, text: last.text + piece.text };
  else line.push(piece);
}

/** The space a line was broken at is not shown. */
function withoutEnd(line: readonly Piece[]): readonly Piece[] {
  const last = line.at(-1);
  if (last === undefined) return line;
  const text = last.text.trimEnd();
  return text === "" ? line.slice(0, -1) : [...line.slice(0, -1), { ...last, text }];
}
