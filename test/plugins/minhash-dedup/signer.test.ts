import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createSigner } from "../../../plugins/minhash-dedup/create-signer.ts";
import { createPermutations } from "../../../plugins/minhash-dedup/permutations.ts";
import { createJavaScriptSigner } from "../../../plugins/minhash-dedup/sign-in-javascript.ts";
import { createWasmSigner } from "../../../plugins/minhash-dedup/sign-in-wasm.ts";
import type { Signer } from "../../../plugins/minhash-dedup/signer.ts";
import { signatureOf } from "./by-the-book.ts";

const u32 = fc.integer({ min: 0, max: 2 ** 32 - 1 });
const length = fc.integer({ min: 2, max: 40 }).map((eighths) => 8 * eighths);

const signers: readonly (readonly [string, (permutations: number) => Signer])[] = [
  ["of typed arrays", (permutations) => createJavaScriptSigner(createPermutations(permutations))],
  ["of WebAssembly", (permutations) => createWasmSigner(createPermutations(permutations))!],
  ["that is chosen here", createSigner],
];

describe.each(signers)("the signer %s", (_, create) => {
  it("gives the signature of the written rules", () => {
    fc.assert(
      fc.property(fc.array(u32, { maxLength: 20 }), length, (shingles, permutations) => {
        const signature = new Uint32Array(permutations);
        create(permutations).sign(Uint32Array.from(shingles), shingles.length, signature);
        expect([...signature]).toEqual(signatureOf(shingles, permutations));
      }),
    );
  });

  it("signs as many shingles as it is told, one text after the other", () => {
    const signer = create(64);
    const shingles = Uint32Array.from({ length: 50_000 }, (_, i) => Math.imul(i, 0x9e3779b1));
    const signature = new Uint32Array(64);
    for (const count of [50_000, 3, 0, 8192, 8193]) {
      signer.sign(shingles, count, signature);
      expect([...signature]).toEqual(byTypedArrays(shingles.subarray(0, count)));
    }
  });
});

function byTypedArrays(shingles: Uint32Array): number[] {
  const signature = new Uint32Array(64);
  createJavaScriptSigner(createPermutations(64)).sign(shingles, shingles.length, signature);
  return [...signature];
}
