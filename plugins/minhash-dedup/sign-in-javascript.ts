import type { Permutations } from "./permutations.ts";
import type { Signer } from "./signer.ts";

/** What is the least as unsigned is the least as signed when the highest bit of both is turned. */
const highestBit = 0x80000000;

/** Signs with typed arrays: for engines without SIMD, and the oracle of the kernel. */
export function createJavaScriptSigner({ a, b }: Permutations): Signer {
  return {
    sign(shingles, count, signature) {
      // The permutation outside, so that its minimum stays in a register.
      for (let i = 0; i < a.length; i++) {
        const factor = a[i]! | 0;
        const term = b[i]! | 0;
        let least = 0x7fffffff;
        for (let j = 0; j < count; j++) {
          const value = (Math.imul(factor, shingles[j]! | 0) + term) ^ highestBit;
          if (value < least) least = value;
        }
        signature[i] = least ^ highestBit;
      }
    },
  };
}
