import type { Permutations } from "./permutations.ts";
import type { Signer } from "./signer.ts";
import { instantiateTextKernel, setPermutations } from "./text-kernel-instance.ts";

/** Signs with WebAssembly SIMD. Undefined where the engine does not have it. */
export function createWasmSigner(permutations: Permutations): Signer | undefined {
  const kernel = instantiateTextKernel();
  if (kernel === undefined) return undefined;
  setPermutations(kernel, permutations);
  const { length } = permutations.a;
  return {
    sign(shingles, count, signature) {
      kernel.reserve(count);
      const { buffer } = kernel.memory;
      new Uint32Array(buffer, kernel.addressOfShingles(), count).set(shingles.subarray(0, count));
      kernel.sign(length, count);
      signature.set(new Uint32Array(buffer, kernel.addressOfSignature(), length));
    },
  };
}
