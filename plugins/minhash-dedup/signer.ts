import { createPermutations } from "./permutations.ts";
import { signInJavaScript } from "./sign-in-javascript.ts";

/** Makes signatures of one length. */
export interface Signer {
  /** Signs the first `count` shingles into `signature`, one entry per permutation. */
  sign(shingles: Uint32Array, count: number, signature: Uint32Array): void;
}

export function createSigner(permutations: number): Signer {
  const drawn = createPermutations(permutations);
  return { sign: (shingles, count, signature) => signInJavaScript(drawn, shingles, count, signature) };
}
