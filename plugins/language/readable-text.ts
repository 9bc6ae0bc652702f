/** Characters looked at: languages show at once, and a long text must not cost more than a short one. */
export const longestLooked = 2000;

const fencedCode = /```[\s\S]*?(?:```|$)/g;
const inlineCode = /`[^`\n]*`/g;
const addresses = /\b(?:https?:\/\/|www\.)\S+/g;
const codeCharacters = /[{}[\]()<>=;+*/\\|&^~$#_]/g;

/** From this share of code characters on, what is left is code without fences. */
const codeShare = 0.12;

/**
 * The part of a text that is written in a language: without code blocks, code in backquotes and addresses, as one line, its first
 * {@link longestLooked} characters. Empty when what is left is mostly code.
 */
export function readableText(text: string): string {
  // Cut before the expressions run, so that a text of any size costs the same.
  const prose = text
    .slice(0, 4 * longestLooked)
    .replace(fencedCode, " ")
    .replace(inlineCode, " ")
    .replace(addresses, " ")
    .replace(/[\s\0\p{Cs}]+/gu, " ")
    .trim()
    .slice(0, longestLooked);
  const code = prose.match(codeCharacters)?.length ?? 0;
  return code >= codeShare * prose.length ? "" : prose;
}

const letter = /\p{L}/gu;

export function countLetters(text: string): number {
  return text.match(letter)?.length ?? 0;
}
