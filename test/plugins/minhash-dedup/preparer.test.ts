import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { chooseBands } from "../../../plugins/minhash-dedup/bands.ts";
import { mostShingles } from "../../../plugins/minhash-dedup/jaccard.ts";
import { readPrepared } from "../../../plugins/minhash-dedup/prepared.ts";
import { PreparedTextsInJavaScript } from "../../../plugins/minhash-dedup/prepared-texts-in-javascript.ts";
import { PreparedTextsInWasm } from "../../../plugins/minhash-dedup/prepared-texts-in-wasm.ts";
import { createPreparer, Preparer } from "../../../plugins/minhash-dedup/preparer.ts";
import { Shingler, type Shingling } from "../../../plugins/minhash-dedup/shingler.ts";
import { instantiateTextKernel } from "../../../plugins/minhash-dedup/text-kernel-instance.ts";
import { WorkbenchInJavaScript } from "../../../plugins/minhash-dedup/workbench-in-javascript.ts";
import { WorkbenchInWasm } from "../../../plugins/minhash-dedup/workbench-in-wasm.ts";
import { bandKeysOf, shinglesOf, signatureOf } from "./by-the-book.ts";

const shingling: Shingling = { by: "auto", size: null };

function ofTypedArrays(permutations: number, threshold: number): Preparer {
  const workbench = new WorkbenchInJavaScript();
  const layout = chooseBands(permutations, threshold);
  const prepared = new PreparedTextsInJavaScript(workbench, permutations, layout);
  return new Preparer(new Shingler(shingling, workbench), prepared);
}

function ofWebAssembly(permutations: number, threshold: number): Preparer {
  const kernel = instantiateTextKernel()!;
  const workbench = new WorkbenchInWasm(kernel);
  const layout = chooseBands(permutations, threshold);
  const prepared = new PreparedTextsInWasm(kernel, workbench, permutations, layout);
  return new Preparer(new Shingler(shingling, workbench), prepared);
}

const preparers: readonly (readonly [string, (permutations: number, threshold: number) => Preparer])[] = [
  ["of typed arrays", ofTypedArrays],
  ["of WebAssembly", ofWebAssembly],
  [
    "that is chosen here",
    (permutations, threshold) =>
      createPreparer(shingling, permutations, chooseBands(permutations, threshold)),
  ],
];

function expected(text: string, permutations: number, threshold: number): readonly number[] {
  const shingles = shinglesOf(text);
  const keys = bandKeysOf(signatureOf(shingles, permutations), threshold);
  return [...keys, ...shingles.slice(0, mostShingles)];
}

function numbers(bytes: Uint8Array): readonly number[] {
  const { keys, shingles } = readPrepared(bytes, 0);
  return [...keys, ...shingles];
}

describe.each(preparers)("the preparer %s", (_, create) => {
  it("gives band keys and shingles by the written rules, for any layout", () => {
    const layout = fc.record({
      permutations: fc.constantFrom(16, 40, 128, 256),
      threshold: fc.constantFrom(0.5, 0.8, 0.9),
    });
    const words = fc.array(fc.constantFrom("a", "the", "Door", "garden’s", "猫", "x=1;"), { maxLength: 30 });
    fc.assert(
      fc.property(fc.array(words, { maxLength: 5 }), layout, (batch, { permutations, threshold }) => {
        const texts = batch.map((each) => each.join(" "));
        const prepared = create(permutations, threshold).prepare(texts).map(numbers);
        expect(prepared).toEqual(texts.map((text) => expected(text, permutations, threshold)));
      }),
      { numRuns: 50 },
    );
  });

  it("prepares batches of any size, the longest texts in between", () => {
    const preparer = create(128, 0.8);
    const long = Array.from({ length: 6000 }, (_, i) => `word${i}`).join(" ");
    const texts = Array.from({ length: 60 }, (_, i) => (i % 4 === 0 ? `${long} ${i}` : `short text ${i}`));
    const prepared = preparer.prepare(texts);
    expect(prepared.map(({ length }) => length)).toEqual(
      texts.map((_, i) => 4 * (21 + (i % 4 === 0 ? mostShingles : 4))),
    );
    for (const i of [0, 1, 56, 59]) expect(numbers(prepared[i]!)).toEqual(expected(texts[i]!, 128, 0.8));
  });

  it("gives no bytes for a text that is not there", () => {
    const [first, none, second] = create(128, 0.8).prepare(["one two", undefined, "three four"]);
    expect([first, none, second].map((bytes) => numbers(bytes!))).toEqual([
      expected("one two", 128, 0.8),
      [],
      expected("three four", 128, 0.8),
    ]);
  });

  it("starts anew after a batch that failed half-way", () => {
    const preparer = create(128, 0.8);
    expect(() => preparer.prepare(["one two", null as unknown as string])).toThrow();
    expect(preparer.prepare(["three four"]).map(numbers)).toEqual([expected("three four", 128, 0.8)]);
  });
});
