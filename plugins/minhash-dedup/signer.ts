import { createPermutations } from "./permutations.ts";
import { createJavaScriptSigner } from "./sign-in-javascript.ts";
import { createWasmSigner } from "./sign-in-wasm.ts";

/** Makes signatures of one length. */
export interface Signer {
  /** Signs the first `count` shingles into `signature`, one entry per permutation. */
  sign(shingles: Uint32Array, count: number, signature: Uint32Array): void;
}

/** `permutations` is a multiple of 8. With WebAssembly SIMD where the engine has it; the signatures are the same without. */
export function createSigner(permutations: number): Signer {
  const drawn = createPermutations(permutations);
  return createWasmSigner(drawn) ?? createJavaScriptSigner(drawn);
}
