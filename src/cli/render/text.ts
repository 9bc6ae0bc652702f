const escapeSequence = /\u001b(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)|[@-Z\\-_])/g;

/**
 * A text as one line that is safe to print: runs of white space become one space, terminal escape sequences vanish, other
 * control characters, direction overrides and lone surrogates become `�`.
 */
export function oneLine(text: string): string {
  return text
    .replace(escapeSequence, "")
    .replace(/\s+/g, " ")
    .trim()
    .replace(/[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069\p{Cs}]/gu, "\ufffd");
}

/** At most `width` columns: what does not fit is cut and ends in `…`. Colours take no columns and survive the cut. */
export function truncate(text: string, width: number): string {
  if (displayWidth(text) <= width) return text;
  let used = 0;
  let kept = "";
  let isCut = false;
  for (const part of text.split(/(\u001b\[[\d;]*m)/)) {
    if (part.startsWith("\u001b[")) kept += part;
    else if (!isCut)
      for (const character of part) {
        used += characterWidth(character);
        isCut = used > width - 1;
        kept += isCut ? "…" : character;
        if (isCut) break;
      }
  }
  return kept;
}

/** At most `width` columns: of what does not fit, the end is kept as well as the beginning. The text has no colours. */
export function elide(text: string, width: number): string {
  if (displayWidth(text) <= width) return text;
  const endWidth = Math.floor(width / 3);
  let end = "";
  let used = 0;
  for (const character of [...text].reverse()) {
    used += characterWidth(character);
    if (used > endWidth) break;
    end = character + end;
  }
  return truncate(text, width - endWidth) + end;
}

/** Columns a text takes on a terminal; colours take none. */
export function displayWidth(text: string): number {
  let width = 0;
  for (const character of text.replace(escapeSequence, "")) width += characterWidth(character);
  return width;
}

export function padEnd(text: string, width: number): string {
  return text + " ".repeat(Math.max(0, width - displayWidth(text)));
}

export function padStart(text: string, width: number): string {
  return " ".repeat(Math.max(0, width - displayWidth(text))) + text;
}

const combining = /^[\p{Mn}\p{Me}\p{Cf}]$/u;

// East Asian Wide and Fullwidth blocks of Unicode Standard Annex 11, and the emoji planes.
const wide =
  /^[\u1100-\u115f\u2e80-\u303e\u3041-\u33ff\u3400-\u4dbf\u4e00-\u9fff\ua000-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{1f300}-\u{1f64f}\u{1f680}-\u{1f6ff}\u{1f900}-\u{1f9ff}\u{20000}-\u{3fffd}]$/u;

function characterWidth(character: string): number {
  if (character < "\u0300") return 1;
  return combining.test(character) ? 0 : wide.test(character) ? 2 : 1;
}
