import { characterKinds, kind, pairKind } from "./character-kinds.ts";
import { codeCharacters } from "./code-characters.ts";
import { fmix32 } from "./fmix32.ts";

const fnvPrime = 0x01000193;
/** The offset basis of 32-bit FNV-1a (Fowler, Noll, Vo). */
export const fnvBasis = 0x811c9dc5;

const minus = 0x2d;
const fullStop = 0x2e;

const initialUnits = 8192;

/**
 * Cuts a text into tokens and hashes each: fmix32 of FNV-1a over its UTF-16 code units. One is made and used again for
 * every text, so that a token costs no allocation. The rules are written down in schemas/minhash/1.md.
 */
export class Tokeniser {
  /** Of the last text: its first `count` entries are the hashes of its tokens. */
  hashes = new Uint32Array(initialUnits);
  count = 0;
  /** Of the last text: tokens that are letters of scripts written without spaces. */
  unspaced = 0;
  /** Of the last text: UTF-16 code units that are no white space, and those of them that code has much of. */
  inked = 0;
  codelike = 0;

  readonly #kinds = characterKinds();
  // The text, copied: reading typed arrays is several times as fast as charCodeAt.
  #units = new Uint16Array(initialUnits);
  #bytes = Buffer.from(this.#units.buffer);

  /** `text` is composed and in lower case. Another `basis` than {@link fnvBasis} gives an independent hash. */
  tokenise(text: string, basis: number = fnvBasis): void {
    const length = this.#load(text);
    const units = this.#units;
    const kinds = this.#kinds;
    this.count = 0;
    this.unspaced = 0;
    this.codelike = 0;
    let spaces = 0;
    let hash = 0;
    // The kind of the token that is open: `word`, `unspaced` or, for none, `space`.
    let open: number = kind.space;
    let i = 0;
    while (i < length) {
      const unit = units[i]!;
      let what = kinds[unit]!;
      if (what === kind.word) {
        if (open !== kind.word) {
          if (open !== kind.space) this.#push(fmix32(hash));
          hash = basis;
          open = kind.word;
        }
        do hash = Math.imul(hash ^ units[i++]!, fnvPrime);
        while (i < length && kinds[units[i]!] === kind.word);
        continue;
      }
      if (what === kind.space) {
        if (open !== kind.space) this.#push(fmix32(hash));
        open = kind.space;
        spaces++;
        i++;
        continue;
      }
      let width = 1;
      if (what === kind.surrogate) {
        if (isPair(units, i, length)) {
          what = pairKind(unit);
          width = 2;
        } else what = kind.symbol;
      }
      if (what === kind.apostrophe) {
        if (open === kind.word && i + 1 < length && kinds[units[i + 1]!] === kind.word) {
          i++;
          continue;
        }
        what = kind.punctuation;
      }
      const isContinued =
        (what === kind.word && open === kind.word) || (what === kind.mark && open !== kind.space);
      if (!isContinued && open !== kind.space) {
        this.#push(fmix32(hash));
        open = kind.space;
      }
      if (what === kind.punctuation) {
        i = this.#punctuation(i, length, basis);
        continue;
      }
      if (!isContinued) hash = basis;
      hash = Math.imul(hash ^ unit, fnvPrime);
      if (width === 2) hash = Math.imul(hash ^ units[i + 1]!, fnvPrime);
      i += width;
      if (what === kind.symbol) {
        if (unit < 128) this.codelike += codeCharacters[unit]!;
        this.#push(fmix32(hash));
      } else if (what === kind.unspaced) {
        this.unspaced++;
        open = kind.unspaced;
      } else if (!isContinued) open = kind.word;
    }
    if (open !== kind.space) this.#push(fmix32(hash));
    this.inked = length - spaces;
  }

  #load(text: string): number {
    if (this.#units.length < text.length) {
      this.#units = new Uint16Array(2 * text.length);
      // No text has more tokens than code units.
      this.hashes = new Uint32Array(this.#units.length);
      this.#bytes = Buffer.from(this.#units.buffer);
    }
    this.#bytes.write(text, "utf16le");
    return text.length;
  }

  /**
   * A run of punctuation: kept whole inside a word (`3-5`) and between spaces (`6 * 3`); at the edge of a word it is
   * dropped, but for a minus or a point before a digit. Gives where it ends.
   */
  #punctuation(start: number, length: number, basis: number): number {
    const units = this.#units;
    const kinds = this.#kinds;
    let end = start;
    while (end < length) {
      const unit = units[end]!;
      const what = kinds[unit];
      if (what !== kind.punctuation && what !== kind.apostrophe) break;
      if (unit < 128) this.codelike += codeCharacters[unit]!;
      end++;
    }
    const isLeading = start === 0 || kinds[units[start - 1]!] === kind.space;
    const isTrailing = end === length || kinds[units[end]!] === kind.space;
    if (isLeading === isTrailing) {
      for (let i = start; i < end; i++) this.#push(hashOfUnit(units[i]!, basis));
    } else if (isLeading) {
      const last = units[end - 1]!;
      if ((last === minus || last === fullStop) && isDigit(units[end]!)) this.#push(hashOfUnit(last, basis));
    }
    return end;
  }

  #push(hash: number): void {
    this.hashes[this.count++] = hash;
  }
}

function hashOfUnit(unit: number, basis: number): number {
  return fmix32(Math.imul(basis ^ unit, fnvPrime));
}

function isDigit(unit: number): boolean {
  return unit >= 0x30 && unit <= 0x39;
}

function isPair(units: Uint16Array, i: number, length: number): boolean {
  if (units[i]! > 0xdbff || i + 1 === length) return false;
  const low = units[i + 1]!;
  return low >= 0xdc00 && low <= 0xdfff;
}
