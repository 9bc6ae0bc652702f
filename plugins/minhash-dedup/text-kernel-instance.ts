import { characterKinds } from "./character-kinds.ts";
import { codeCharacters } from "./code-characters.ts";
import type { Permutations } from "./permutations.ts";
import { textKernel } from "./text-kernel.ts";
import { instantiate, type KernelMemory } from "./web-assembly.ts";

/** What kernel/text.ts exports. Addresses are in bytes. */
export interface TextKernel {
  readonly memory: KernelMemory;
  reserve(length: number): void;
  normalise(length: number): number;
  tokenise(length: number, basis: number): void;
  readCharacters(length: number): void;
  rehash(basis: number): void;
  join(size: number): void;
  addWhole(basis: number): void;
  sortDistinct(): void;
  sign(permutations: number, count: number): void;
  prepare(to: number, permutations: number, bands: number, rows: number, most: number): void;
  addressOfKinds(): number;
  addressOfFactors(): number;
  addressOfSummands(): number;
  addressOfSignature(): number;
  addressOfCounts(): number;
  addressOfPrepared(): number;
  addressOfUnits(): number;
  addressOfShingles(): number;
}

/** Beside the kind of a character, in the kernel's table. */
const codelikeBit = 8;

/** A kernel that knows all characters; undefined where the engine has no WebAssembly SIMD. */
export function instantiateTextKernel(): TextKernel | undefined {
  const kernel = instantiate(textKernel) as TextKernel | undefined;
  if (kernel === undefined) return undefined;
  const kinds = new Uint8Array(kernel.memory.buffer, kernel.addressOfKinds());
  kinds.set(characterKinds());
  codeCharacters.forEach((isCode, unit) => {
    if (isCode === 1) kinds[unit]! |= codelikeBit;
  });
  return kernel;
}

/** From now on the kernel signs with these. */
export function setPermutations(kernel: TextKernel, { a, b }: Permutations): void {
  new Uint32Array(kernel.memory.buffer, kernel.addressOfFactors()).set(a);
  new Uint32Array(kernel.memory.buffer, kernel.addressOfSummands()).set(b);
}
