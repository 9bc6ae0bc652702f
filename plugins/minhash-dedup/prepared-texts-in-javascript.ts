import { type BandLayout, bandKeys } from "./bands.ts";
import { mostShingles } from "./jaccard.ts";
import { createPermutations } from "./permutations.ts";
import type { PreparedTexts } from "./prepared-texts.ts";
import { createJavaScriptSigner } from "./sign-in-javascript.ts";
import type { Signer } from "./signer.ts";
import type { Workbench } from "./workbench.ts";

/** Beside a workbench of typed arrays. */
export class PreparedTextsInJavaScript implements PreparedTexts {
  readonly #workbench: Workbench;
  readonly #layout: BandLayout;
  readonly #signer: Signer;
  readonly #signature: Uint32Array;
  readonly #keys: Uint32Array;
  #added: Uint8Array[] = [];

  constructor(workbench: Workbench, permutations: number, layout: BandLayout) {
    this.#workbench = workbench;
    this.#layout = layout;
    this.#signer = createJavaScriptSigner(createPermutations(permutations));
    this.#signature = new Uint32Array(permutations);
    this.#keys = new Uint32Array(layout.bands);
  }

  begin(): void {
    this.#added = [];
  }

  add(): void {
    const { shingles, count } = this.#workbench;
    this.#signer.sign(shingles, count, this.#signature);
    bandKeys(this.#signature, this.#layout, this.#keys);
    const kept = Math.min(count, mostShingles);
    const words = new Uint32Array(this.#keys.length + kept);
    words.set(this.#keys);
    words.set(shingles.subarray(0, kept), this.#keys.length);
    this.#added.push(new Uint8Array(words.buffer));
  }

  take(): readonly Uint8Array[] {
    return this.#added;
  }
}
