import { composed } from "../../src/core/compose.ts";
import type { TextKernel } from "./text-kernel-instance.ts";
import type { Workbench } from "./workbench.ts";

/** Places of the kernel's counts. */
const [pieces, unspaced, codelike, inked, shingles] = [0, 1, 2, 3, 4];
const countsLength = 5;

/** Works with WebAssembly SIMD, in the memory of a kernel of its own. */
export class WorkbenchInWasm implements Workbench {
  readonly #kernel: TextKernel;
  #capacity = 0;
  #length = 0;
  #bytes = Buffer.alloc(0);
  #counts = new Uint32Array(0);
  #unitsAt = 0;

  constructor(kernel: TextKernel) {
    this.#kernel = kernel;
    this.#reserve(1);
  }

  get pieces(): number {
    return this.#counts[pieces]!;
  }

  get unspaced(): number {
    return this.#counts[unspaced]!;
  }

  get codelike(): number {
    return this.#counts[codelike]!;
  }

  get inked(): number {
    return this.#counts[inked]!;
  }

  get count(): number {
    return this.#counts[shingles]!;
  }

  get shingles(): Uint32Array {
    return new Uint32Array(this.#bytes.buffer, this.#kernel.addressOfShingles(), this.count);
  }

  load(text: string): void {
    this.#write(text);
    // Most texts are in ASCII: the kernel brings those into normal form itself, without another string.
    if (this.#kernel.normalise(text.length) === 0) this.#write(composed(text).toLowerCase());
  }

  tokenise(basis: number): void {
    this.#kernel.tokenise(this.#length, basis);
  }

  readCharacters(): void {
    this.#kernel.readCharacters(this.#length);
  }

  rehash(basis: number): void {
    this.#kernel.rehash(basis);
  }

  join(size: number): void {
    this.#kernel.join(size);
  }

  addWhole(basis: number): void {
    this.#kernel.addWhole(basis);
  }

  sortDistinct(): void {
    this.#kernel.sortDistinct();
  }

  #write(text: string): void {
    if (text.length > this.#capacity) this.#reserve(text.length);
    this.#length = text.length;
    this.#bytes.write(text, this.#unitsAt, "utf16le");
  }

  #reserve(length: number): void {
    const kernel = this.#kernel;
    kernel.reserve(length);
    const { buffer } = kernel.memory;
    this.#capacity = length;
    this.#bytes = Buffer.from(buffer);
    this.#counts = new Uint32Array(buffer, kernel.addressOfCounts(), countsLength);
    this.#unitsAt = kernel.addressOfUnits();
  }
}
