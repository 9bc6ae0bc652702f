import { createWorkbench } from "./create-workbench.ts";
import { fnvBasis } from "./tokeniser.ts";
import type { Workbench } from "./workbench.ts";

/** How a text is cut: into runs of `size` words or characters; `auto` chooses by the text. */
export interface Shingling {
  readonly by: "auto" | "word" | "char";
  /** Null: 3 words, 5 characters. Always null with `auto`. */
  readonly size: number | null;
}

const defaultSize = { word: 3, char: 5 } as const;
const unspacedSize = 3;
const shortSize = 2;

/**
 * A text of at most so many tokens also has two shingles that stand for the whole of it. Two different ones then share at
 * most 7 of the 11 they have together: below a threshold of 7/11 nothing else separates `dog bites man` from its reverse.
 */
const shortTokens = 8;

/** From this share of {@link Workbench.codelike} characters on, a text is taken for code. */
const codeShare = 0.08;

/** Bases of the two hashes of a whole short text. The second is over other token hashes, so that both never meet by one collision. */
const wholeBasis = 0x5bd1e995;
const secondBasis = 0x27d4eb2f;

/** Makes the set of shingles of a text, on a workbench. The rules are written down in schemas/minhash/1.md. */
export class Shingler {
  readonly #shingling: Shingling;
  readonly #workbench: Workbench;

  constructor(shingling: Shingling, workbench = createWorkbench()) {
    this.#shingling = shingling;
    this.#workbench = workbench;
  }

  /** Of the last text: its first `count` entries are its shingles, ascending. */
  get shingles(): Uint32Array {
    return this.#workbench.shingles;
  }

  get count(): number {
    return this.#workbench.count;
  }

  shingle(text: string): void {
    const workbench = this.#workbench;
    workbench.load(text);
    const { by, size } = this.#shingling;
    if (by === "char") this.#byCharacter(size ?? defaultSize.char);
    else {
      workbench.tokenise(fnvBasis);
      if (workbench.pieces === 0) this.#byCharacter(shortSize);
      else if (by === "word") this.#byToken(size ?? defaultSize.word);
      else this.#byWhatItIs();
    }
    workbench.sortDistinct();
  }

  #byWhatItIs(): void {
    const { pieces, unspaced, codelike, inked } = this.#workbench;
    if (pieces <= shortTokens) this.#byToken(shortSize);
    else if (unspaced * 2 > pieces) this.#byToken(unspacedSize);
    else if (codelike >= codeShare * inked) this.#byCharacter(defaultSize.char);
    else this.#byToken(defaultSize.word);
  }

  #byToken(size: number): void {
    const workbench = this.#workbench;
    workbench.join(size);
    if (isLong(workbench.pieces, size)) return;
    workbench.addWhole(wholeBasis);
    workbench.tokenise(secondBasis);
    workbench.addWhole(wholeBasis);
  }

  #byCharacter(size: number): void {
    const workbench = this.#workbench;
    workbench.readCharacters();
    workbench.join(size);
    if (isLong(workbench.pieces, size)) return;
    workbench.addWhole(wholeBasis);
    workbench.rehash(secondBasis);
    workbench.addWhole(wholeBasis);
  }
}

/** Whether shingles of `size` say enough about so many pieces. */
function isLong(pieces: number, size: number): boolean {
  return pieces > shortTokens && pieces >= size;
}
