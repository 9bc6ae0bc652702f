import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { bandKeysOf, shinglesOf, signatureOf } from "./by-the-book.ts";

interface Vectors {
  readonly permutations: number;
  readonly threshold: number;
  readonly vectors: readonly {
    readonly text: string;
    readonly shingles: readonly number[];
    readonly signature: readonly number[];
    readonly bandKeys: readonly number[];
  }[];
}

const { permutations, threshold, vectors }: Vectors = JSON.parse(
  readFileSync("schemas/minhash/1.json", "utf8"),
);

it.each(vectors)("the vector of $text follows from the written rules", ({ text, ...expected }) => {
  const shingles = shinglesOf(text);
  const signature = signatureOf(shingles, permutations);
  expect({ shingles, signature, bandKeys: bandKeysOf(signature, threshold) }).toEqual(expected);
});
