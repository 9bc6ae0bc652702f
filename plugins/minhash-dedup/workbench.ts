/**
 * One text at a time, and what is done with all its characters, tokens and shingles; which of it, the {@link Shingler}'s rules say. One is made and
 * used again for every text: no shingle and no token is an object. What each step computes is written down in schemas/minhash/1.md.
 */
export interface Workbench {
  /** Pieces at hand: the tokens or the characters of the text. */
  readonly pieces: number;
  /** Tokens that are letters of scripts written without spaces. */
  readonly unspaced: number;
  /** UTF-16 code units that are no white space, and those of them that code has much of. */
  readonly inked: number;
  readonly codelike: number;
  /** Its first `count` entries are the shingles. */
  readonly shingles: Uint32Array;
  readonly count: number;

  /** Takes a text, in normal form from now on. */
  load(text: string): void;
  /** The pieces become the hashes of the text's tokens; another basis gives independent hashes. */
  tokenise(basis: number): void;
  /** The pieces become the text's characters. */
  readCharacters(): void;
  /** Each piece becomes another, independent hash. */
  rehash(basis: number): void;
  /** The shingles become those of `size` pieces, one for every place. */
  join(size: number): void;
  /** One more shingle: a hash of all pieces, their number included. */
  addWhole(basis: number): void;
  /** The shingles become ascending and distinct. */
  sortDistinct(): void;
}
