import { composed } from "../../src/core/compose.ts";
import { fmix32 } from "./fmix32.ts";
import { joiner } from "./joiner.ts";
import { Tokeniser } from "./tokeniser.ts";

/** How a text is cut: into runs of `size` words or characters; `auto` chooses by the text. */
export interface Shingling {
  readonly by: "auto" | "word" | "char";
  /** Null: 3 words, 5 characters. Always null with `auto`. */
  readonly size: number | null;
}

const defaultSize = { word: 3, char: 5 } as const;
const unspacedSize = 3;
const shortSize = 2;

/**
 * A text of at most so many tokens also has two shingles that stand for the whole of it. Two different ones then share at
 * most 7 of the 11 they have together: below a threshold of 7/11 nothing else separates `dog bites man` from its reverse.
 */
const shortTokens = 8;

/** From this share of {@link Tokeniser.codelike} characters on, a text is taken for code. */
const codeShare = 0.08;

/** Bases of the two hashes of a whole short text. The second is over other token hashes, so that both never meet by one collision. */
const wholeBasis = 0x5bd1e995;
const secondBasis = 0x27d4eb2f;

/**
 * Makes the set of shingles of a text, as sorted distinct u32. One is made and used again for every text: no shingle and
 * no token is an object. The rules are written down in schemas/minhash/1.md.
 */
export class Shingler {
  /** Of the last text: its first `count` entries are its shingles, ascending. */
  shingles = new Uint32Array(1024);
  count = 0;

  readonly #shingling: Shingling;
  readonly #tokeniser = new Tokeniser();
  #characters = new Uint32Array(1024);

  constructor(shingling: Shingling) {
    this.#shingling = shingling;
  }

  shingle(text: string): void {
    const normal = composed(text).toLowerCase();
    this.count = 0;
    const { by, size } = this.#shingling;
    if (by === "char") this.#byCharacter(normal, size ?? defaultSize.char);
    else {
      this.#tokeniser.tokenise(normal);
      if (this.#tokeniser.count === 0) this.#byCharacter(normal, shortSize);
      else if (by === "word") this.#byToken(normal, size ?? defaultSize.word);
      else this.#byWhatItIs(normal);
    }
    this.#sortDistinct();
  }

  #byWhatItIs(normal: string): void {
    const { count, unspaced, codelike, inked } = this.#tokeniser;
    if (count <= shortTokens) this.#byToken(normal, shortSize);
    else if (unspaced * 2 > count) this.#byToken(normal, unspacedSize);
    else if (codelike >= codeShare * inked) this.#byCharacter(normal, defaultSize.char);
    else this.#byToken(normal, defaultSize.word);
  }

  #byToken(normal: string, size: number): void {
    const { hashes, count } = this.#tokeniser;
    this.#reserve(count + 2);
    this.#join(hashes, count, size);
    if (count > shortTokens && count >= size) return;
    this.shingles[this.count++] = whole(hashes, count);
    this.#tokeniser.tokenise(normal, secondBasis);
    this.shingles[this.count++] = whole(this.#tokeniser.hashes, count);
  }

  #byCharacter(normal: string, size: number): void {
    const count = this.#readCharacters(normal);
    const characters = this.#characters;
    this.#reserve(count + 2);
    this.#join(characters, count, size);
    if (count > shortTokens && count >= size) return;
    this.shingles[this.count++] = whole(characters, count);
    for (let i = 0; i < count; i++) characters[i] = fmix32(characters[i]! ^ secondBasis);
    this.shingles[this.count++] = whole(characters, count);
  }

  #join(tokens: Uint32Array, count: number, size: number): void {
    for (let start = 0; start + size <= count; start++) {
      let hash = 0;
      for (let i = start; i < start + size; i++) hash = (Math.imul(hash, joiner) + tokens[i]!) | 0;
      this.shingles[this.count++] = fmix32(hash);
    }
  }

  /** The code points of a text, white space as single spaces, none at the ends. */
  #readCharacters(normal: string): number {
    const text = normal.replace(/[\s\u0085]+/g, " ").trim();
    if (this.#characters.length < text.length)
      this.#characters = new Uint32Array(Math.max(text.length, this.#characters.length * 2));
    let count = 0;
    for (let i = 0; i < text.length; i++) {
      const point = text.codePointAt(i)!;
      if (point > 0xffff) i++;
      this.#characters[count++] = point;
    }
    return count;
  }

  #reserve(count: number): void {
    if (this.shingles.length < count)
      this.shingles = new Uint32Array(Math.max(count, this.shingles.length * 2));
  }

  #sortDistinct(): void {
    const { shingles, count } = this;
    if (count > 1) shingles.subarray(0, count).sort();
    let distinct = 0;
    for (let i = 0; i < count; i++)
      if (i === 0 || shingles[i] !== shingles[i - 1]) shingles[distinct++] = shingles[i]!;
    this.count = distinct;
  }
}

/** A hash of all tokens of a text, their number included. */
function whole(tokens: Uint32Array, count: number): number {
  let hash = fmix32(wholeBasis ^ count);
  for (let i = 0; i < count; i++) hash = fmix32((Math.imul(hash, joiner) + tokens[i]!) | 0);
  return hash;
}
