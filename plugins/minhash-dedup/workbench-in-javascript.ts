import { composed } from "../../src/core/compose.ts";
import { fmix32 } from "./fmix32.ts";
import { joiner } from "./joiner.ts";
import { Tokeniser } from "./tokeniser.ts";
import type { Workbench } from "./workbench.ts";

const initialLength = 1024;

/** Works with typed arrays: for engines without WebAssembly SIMD, and the oracle of the kernel. */
export class WorkbenchInJavaScript implements Workbench {
  shingles = new Uint32Array(initialLength);
  count = 0;
  pieces = 0;

  readonly #tokeniser = new Tokeniser();
  #text = "";
  #pieces = new Uint32Array(0);
  #characters = new Uint32Array(initialLength);

  get unspaced(): number {
    return this.#tokeniser.unspaced;
  }

  get codelike(): number {
    return this.#tokeniser.codelike;
  }

  get inked(): number {
    return this.#tokeniser.inked;
  }

  load(text: string): void {
    this.#text = composed(text).toLowerCase();
  }

  tokenise(basis: number): void {
    this.#tokeniser.tokenise(this.#text, basis);
    this.#pieces = this.#tokeniser.hashes;
    this.pieces = this.#tokeniser.count;
  }

  /** The code points of a text, white space as single spaces, none at the ends. */
  readCharacters(): void {
    const text = this.#text.replace(/[\s\u0085]+/g, " ").trim();
    if (this.#characters.length < text.length)
      this.#characters = new Uint32Array(Math.max(text.length, this.#characters.length * 2));
    let count = 0;
    for (let i = 0; i < text.length; i++) {
      const point = text.codePointAt(i)!;
      if (point > 0xffff) i++;
      this.#characters[count++] = point;
    }
    this.#pieces = this.#characters;
    this.pieces = count;
  }

  rehash(basis: number): void {
    const pieces = this.#pieces;
    for (let i = 0; i < this.pieces; i++) pieces[i] = fmix32(pieces[i]! ^ basis);
  }

  join(size: number): void {
    this.#reserve(this.pieces + 2);
    const pieces = this.#pieces;
    const count = Math.max(0, this.pieces - size + 1);
    for (let start = 0; start < count; start++) {
      let hash = 0;
      for (let i = start; i < start + size; i++) hash = (Math.imul(hash, joiner) + pieces[i]!) | 0;
      this.shingles[start] = fmix32(hash);
    }
    this.count = count;
  }

  addWhole(basis: number): void {
    const pieces = this.#pieces;
    let hash = fmix32(basis ^ this.pieces);
    for (let i = 0; i < this.pieces; i++) hash = fmix32((Math.imul(hash, joiner) + pieces[i]!) | 0);
    this.shingles[this.count++] = hash;
  }

  sortDistinct(): void {
    const { shingles, count } = this;
    if (count > 1) shingles.subarray(0, count).sort();
    let distinct = 0;
    for (let i = 0; i < count; i++)
      if (i === 0 || shingles[i] !== shingles[i - 1]) shingles[distinct++] = shingles[i]!;
    this.count = distinct;
  }

  #reserve(count: number): void {
    if (this.shingles.length < count)
      this.shingles = new Uint32Array(Math.max(count, this.shingles.length * 2));
  }
}
