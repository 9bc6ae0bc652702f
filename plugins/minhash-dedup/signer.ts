/** Makes signatures of one length. */
export interface Signer {
  /** Signs the first `count` shingles into `signature`, one entry per permutation. */
  sign(shingles: Uint32Array, count: number, signature: Uint32Array): void;
}
