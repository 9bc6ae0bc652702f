import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Shingler, type Shingling } from "../../../plugins/minhash-dedup/shingler.ts";
import { instantiateTextKernel } from "../../../plugins/minhash-dedup/text-kernel-instance.ts";
import type { Workbench } from "../../../plugins/minhash-dedup/workbench.ts";
import { WorkbenchInJavaScript } from "../../../plugins/minhash-dedup/workbench-in-javascript.ts";
import { WorkbenchInWasm } from "../../../plugins/minhash-dedup/workbench-in-wasm.ts";
import { shinglesOf } from "./by-the-book.ts";

const auto: Shingling = { by: "auto", size: null };

const piece = fc.oneof(
  fc.constantFrom(
    ..."aZ09'’-.,!?`_#+*/\\(){}=;$ \t\n\u0085\u00a0é\u0301\u200d中日あアーไทยक😀𝒜𠀀\ud800\udfff\uffff",
    "don't",
    "“İt”",
    "ẞ",
  ),
  fc.constantFrom("word ", "The ", "a(b) = {c}; ", "3.14 ", "-5 ", "中文字 ", "—", "… "),
  fc.string({ unit: "binary", maxLength: 3 }),
);
const text = fc.array(piece, { maxLength: 60 }).map((pieces) => pieces.join(""));
const shingling: fc.Arbitrary<Shingling> = fc.oneof(
  fc.constant(auto),
  fc.record({
    by: fc.constantFrom("word" as const, "char" as const),
    size: fc.option(fc.integer({ min: 1, max: 12 })),
  }),
);

const workbenches: readonly (readonly [string, () => Workbench])[] = [
  ["of typed arrays", () => new WorkbenchInJavaScript()],
  ["of WebAssembly", () => new WorkbenchInWasm(instantiateTextKernel()!)],
];

describe.each(workbenches)("the workbench %s", (_, create) => {
  it("gives the shingles that the written rules say, of one text after the other", () => {
    const workbench = create();
    fc.assert(
      fc.property(text, shingling, (given, chosen) => {
        const shingler = new Shingler(chosen, workbench);
        shingler.shingle(given);
        expect([...shingler.shingles.subarray(0, shingler.count)]).toEqual(
          shinglesOf(given, chosen.by, chosen.size),
        );
      }),
      { numRuns: 1500 },
    );
  });

  it("sorts few shingles and many, with repetitions and without", () => {
    const shingler = new Shingler({ by: "word", size: 1 }, create());
    for (const count of [9, 15, 16, 17, 127, 128, 129, 1000, 30_000]) {
      for (const words of [count, 7]) {
        const given = Array.from({ length: count }, (_, i) => `w${i % words}`).join(" ");
        shingler.shingle(given);
        expect([...shingler.shingles.subarray(0, shingler.count)]).toEqual(shinglesOf(given, "word", 1));
      }
    }
  });

  it("takes 0, the least of all numbers, for a shingle like any other", () => {
    const workbench = create();
    // The character 0 joins to the shingle 0.
    workbench.load("\u0000");
    workbench.readCharacters();
    workbench.join(1);
    workbench.addWhole(0);
    workbench.sortDistinct();
    expect(workbench.shingles[0]).toBe(0);
    expect(workbench.count).toBe(2);
  });
});
