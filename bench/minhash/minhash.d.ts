/** What the bench uses of the npm package, which has no types of its own. */
declare module "minhash" {
  export class Minhash {
    constructor(options: { readonly numPerm: number });
    update(shingle: string): void;
  }

  export class LshIndex {
    /** Keys by band. */
    readonly index: { readonly [band: string]: readonly string[] };
    constructor(options: { readonly bandSize: number });
    insert(key: string, signature: Minhash): void;
    getHashbands(signature: Minhash): readonly string[];
  }
}
