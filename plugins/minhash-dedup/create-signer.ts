import { createPermutations } from "./permutations.ts";
import { createJavaScriptSigner } from "./sign-in-javascript.ts";
import { createWasmSigner } from "./sign-in-wasm.ts";
import type { Signer } from "./signer.ts";

/** `permutations` is a multiple of 8. With WebAssembly SIMD where the engine has it; the signatures are the same without. */
export function createSigner(permutations: number): Signer {
  const drawn = createPermutations(permutations);
  return createWasmSigner(drawn) ?? createJavaScriptSigner(drawn);
}
