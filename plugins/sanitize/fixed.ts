import { cutLeakedAnswer, cutLeakedSteps } from "./leaked-answer.ts";
import { cutLeakedHeader, cutTrailingTokens } from "./leaked-turn.ts";
import { unlabelled, unlisted, unwrapped } from "./opening.ts";
import type { Sanitised } from "./paper.ts";
import { trimEnds } from "./trim-ends.ts";

/** What runs past the instruction, outermost first, then what stands around it. */
const repairs: readonly (readonly [residue: string, repair: (text: string) => string])[] = [
  ["role_header", cutLeakedHeader],
  ["special_token", cutTrailingTokens],
  ["step", cutLeakedSteps],
  ["answer", cutLeakedAnswer],
  ["wrapping", unwrapped],
  ["list_mark", unlisted],
  ["label", unlabelled],
];

/**
 * Removes what a generation adds around an instruction, and nothing that could be part of it. Each repair has to be
 * unambiguous from the text alone; where a mark may as well be the author's, it stays. So, against the published rules:
 * nothing after a question mark or a colon is lost, asterisks inside the text stay, a list keeps its marks, a label stays
 * when other labels follow it, and an answer stays when the instruction is about an answer. No repair ever leaves a text
 * empty that was not, and a repaired text needs no further repair.
 */
export function sanitiseFixed(raw: string): Sanitised {
  const found: string[] = [];
  let text = trimmed(raw);
  if (text !== raw) found.push("white_space");
  for (let i = 0; i < repairs.length; i++) {
    const [residue, repair] = repairs[i]!;
    const shorter = trimmed(repair(text));
    if (shorter === text) continue;
    text = shorter;
    if (!found.includes(residue)) found.push(residue);
    // One repair may uncover another residue, such as a label inside quotes.
    i = -1;
  }
  return { text, class: found.length === 0 ? "none" : found.join("+") };
}

function trimmed(text: string): string {
  return trimEnds(text, isSpace);
}

/** White space, the separators U+001C to U+001F, the next-line mark, byte-order marks and zero-width spaces. */
function isSpace(unit: number): boolean {
  if (unit <= 0x20) return unit === 0x20 || (unit >= 0x09 && unit <= 0x0d) || (unit >= 0x1c && unit <= 0x1f);
  if (unit < 0xa0) return unit === 0x85;
  return unit === 0x200b || /\s/.test(String.fromCharCode(unit));
}
