import type { BandLayout } from "./bands.ts";
import type { PreparedTexts } from "./prepared-texts.ts";
import { PreparedTextsInJavaScript } from "./prepared-texts-in-javascript.ts";
import { PreparedTextsInWasm } from "./prepared-texts-in-wasm.ts";
import { Shingler, type Shingling } from "./shingler.ts";
import { instantiateTextKernel } from "./text-kernel-instance.ts";
import { WorkbenchInJavaScript } from "./workbench-in-javascript.ts";
import { WorkbenchInWasm } from "./workbench-in-wasm.ts";

const nothing = new Uint8Array(0);

/** From texts to what is admitted of them; a text that is not there gives no bytes. */
export class Preparer {
  readonly #shingler: Shingler;
  readonly #prepared: PreparedTexts;

  constructor(shingler: Shingler, prepared: PreparedTexts) {
    this.#shingler = shingler;
    this.#prepared = prepared;
  }

  prepare(texts: readonly (string | undefined)[]): readonly Uint8Array[] {
    const prepared = this.#prepared;
    prepared.begin();
    for (const text of texts) {
      if (text === undefined) continue;
      this.#shingler.shingle(text);
      prepared.add();
    }
    const taken = prepared.take();
    if (taken.length === texts.length) return taken;
    let next = 0;
    return texts.map((text) => (text === undefined ? nothing : taken[next++]!));
  }
}

/** With WebAssembly SIMD where the engine has it; the bytes are the same without. `permutations` is a multiple of 8. */
export function createPreparer(shingling: Shingling, permutations: number, layout: BandLayout): Preparer {
  const kernel = instantiateTextKernel();
  if (kernel === undefined) {
    const workbench = new WorkbenchInJavaScript();
    const prepared = new PreparedTextsInJavaScript(workbench, permutations, layout);
    return new Preparer(new Shingler(shingling, workbench), prepared);
  }
  const workbench = new WorkbenchInWasm(kernel);
  const prepared = new PreparedTextsInWasm(kernel, workbench, permutations, layout);
  return new Preparer(new Shingler(shingling, workbench), prepared);
}
