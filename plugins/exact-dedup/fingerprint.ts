import { composed } from "../../src/core/compose.ts";
import { sha256Bytes } from "../../src/core/sha256.ts";

/**
 * The form in which two texts are the same: NFC, every run of white space one space, none at the ends. Composed and
 * decomposed accents look alike, and models differ in line breaks and indentation without saying anything else. Case is
 * kept unless asked otherwise: in code and acronyms it carries meaning, and near-duplicates are another stage's work.
 */
export function normalise(text: string, caseSensitive: boolean): string {
  const spaced = composed(text)
    .replace(/\s{2,}|[^\S ]/g, " ")
    .trim();
  return caseSensitive ? spaced : spaced.toLowerCase();
}

/** Bytes of sha256 that stand for a text: with 16, a billion texts meet by chance with odds of about 10^-21. */
const digestBytes = 16;

/** A state key: one byte for what is compared, then the first 16 bytes of sha256 over the UTF-8 of `text`. */
export function fingerprint(kind: number, text: string): Uint8Array {
  const key = new Uint8Array(1 + digestBytes);
  key[0] = kind;
  const digest = sha256Bytes(text);
  for (let i = 0; i < digestBytes; i++) key[1 + i] = digest[i]!;
  return key;
}
