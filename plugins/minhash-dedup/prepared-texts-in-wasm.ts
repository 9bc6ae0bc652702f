import type { BandLayout } from "./bands.ts";
import { mostShingles } from "./jaccard.ts";
import { createPermutations } from "./permutations.ts";
import type { PreparedTexts } from "./prepared-texts.ts";
import { setPermutations, type TextKernel } from "./text-kernel-instance.ts";
import type { Workbench } from "./workbench.ts";

/** Of the kernel's memory for what was made of texts. */
const roomBytes = 262_144;
/** The kernel copies in vectors, and so a little more than there is. */
const vectorBytes = 16;

/**
 * Signs in the memory of the workbench's kernel and collects there: many texts leave it in one copy, because a buffer of its own for each
 * costs more than all else that is done with it. The copy is freed with the last of them.
 */
export class PreparedTextsInWasm implements PreparedTexts {
  readonly #kernel: TextKernel;
  readonly #workbench: Workbench;
  readonly #permutations: number;
  readonly #layout: BandLayout;
  readonly #room: number;
  /** Bytes of each that is still in the kernel's memory, and of all together. */
  readonly #lengths: number[] = [];
  #used = 0;
  #taken: Uint8Array[] = [];

  constructor(kernel: TextKernel, workbench: Workbench, permutations: number, layout: BandLayout) {
    setPermutations(kernel, createPermutations(permutations));
    this.#kernel = kernel;
    this.#workbench = workbench;
    this.#permutations = permutations;
    this.#layout = layout;
    this.#room = kernel.addressOfPrepared();
  }

  begin(): void {
    this.#taken = [];
    this.#lengths.length = 0;
    this.#used = 0;
  }

  add(): void {
    const { bands, rows } = this.#layout;
    const length = 4 * (bands + Math.min(this.#workbench.count, mostShingles));
    if (this.#used + length + vectorBytes > roomBytes) this.#takeOut();
    this.#kernel.prepare(this.#room + this.#used, this.#permutations, bands, rows, mostShingles);
    this.#lengths.push(length);
    this.#used += length;
  }

  take(): readonly Uint8Array[] {
    this.#takeOut();
    return this.#taken;
  }

  #takeOut(): void {
    const block = this.#kernel.memory.buffer.slice(this.#room, this.#room + this.#used);
    let start = 0;
    for (const length of this.#lengths) {
      this.#taken.push(new Uint8Array(block, start, length));
      start += length;
    }
    this.#lengths.length = 0;
    this.#used = 0;
  }
}
