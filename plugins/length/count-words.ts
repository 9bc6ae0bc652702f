import { character, characterClasses, pairClass } from "../../src/core/characters.ts";

/**
 * Number of words of a text, after UAX #29 without its dictionaries. A word is a run of letters, digits, marks and
 * underscores; an apostrophe or full stop between two of them joins (`don't`, `3.14`), and so does a comma between digits
 * (`1,000`). Han and kana are written without spaces: each character counts as one word. Runs of Thai, Lao, Khmer and
 * Burmese count as one word up to the next space. Hangul is written with spaces and counts by them. Emoji are no words.
 */
export function countWords(text: string): number {
  const classes = characterClasses();
  let words = 0;
  let inWord = false;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    let kind = classes[unit]!;
    if (kind === character.surrogate) {
      kind = pairClass(unit);
      i++;
    }
    if (kind === character.ideograph) {
      words++;
      inWord = false;
    } else if (isWordCharacter(kind) || unit === underscore) {
      if (!inWord && kind !== character.mark) {
        words++;
        inWord = true;
      }
    } else if (inWord && !joins(unit, text, i, classes)) inWord = false;
  }
  return words;
}

const underscore = 0x5f;
const apostrophe = 0x27;
const curlyApostrophe = 0x2019;
const fullStop = 0x2e;
const comma = 0x2c;

function isWordCharacter(kind: number): boolean {
  return kind >= character.digit && kind <= character.foreign;
}

function joins(unit: number, text: string, index: number, classes: Uint8Array): boolean {
  if (unit === comma) return isDigit(text, index - 1, classes) && isDigit(text, index + 1, classes);
  if (unit !== apostrophe && unit !== curlyApostrophe && unit !== fullStop) return false;
  const next = classes[text.charCodeAt(index + 1)];
  return next !== undefined && next !== character.ideograph && isWordCharacter(next);
}

function isDigit(text: string, index: number, classes: Uint8Array): boolean {
  return classes[text.charCodeAt(index)] === character.digit;
}
