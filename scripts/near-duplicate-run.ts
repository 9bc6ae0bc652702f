import { chooseBands } from "../plugins/minhash-dedup/bands.ts";
import { jaccard } from "../plugins/minhash-dedup/jaccard.ts";
import minhashDedup from "../plugins/minhash-dedup/plugin.ts";
import { readPrepared } from "../plugins/minhash-dedup/prepared.ts";
import type { MagpieRecord } from "../src/core/record.ts";
import { MemoryState } from "../src/testing/memory-state.ts";
import { createTestContext } from "../src/testing/test-context.ts";

/** What a stage did, judged by an exact search among the records it kept. */
export interface Quality {
  /** Records with an earlier kept one at the threshold or above, and those of them that were dropped. */
  readonly alike: number;
  readonly alikeDropped: number;
  /** Records dropped, and those of them that are alike to the holder they were dropped for. */
  readonly dropped: number;
  readonly droppedAlike: number;
  /** Candidates compared. */
  readonly compared: number;
}

const signal = new AbortController().signal;
const permutations = 128;

type Instance = Awaited<ReturnType<typeof minhashDedup.setup>>;

/** The plugin with its defaults over a stream of texts, and beside it every kept record by each of its shingles. */
export class NearDuplicateRun {
  readonly #instance: Instance;
  readonly #threshold: number;
  readonly #state = new MemoryState();
  readonly #bands: number;
  /** Offset → shingles of the kept records. */
  readonly #kept = new Map<number, Uint32Array>();
  /** Shingle → offsets of the kept records that have it. */
  readonly #having = new Map<number, number[]>();
  #offset = 0;
  #quality: Quality = { alike: 0, alikeDropped: 0, dropped: 0, droppedAlike: 0, compared: 0 };

  static async open(threshold: number): Promise<NearDuplicateRun> {
    const instance = await minhashDedup.setup(
      {
        field: "instruction",
        threshold,
        permutations,
        shingle: { by: "auto", size: null },
        maxRecords: 4_000_000,
        maxBytes: "4GiB",
        maxAge: null,
      },
      createTestContext(""),
    );
    return new NearDuplicateRun(instance, threshold);
  }

  private constructor(instance: Instance, threshold: number) {
    this.#instance = instance;
    this.#threshold = threshold;
    this.#bands = chooseBands(permutations, threshold).bands;
  }

  get quality(): Quality {
    return this.#quality;
  }

  async add(text: string): Promise<void> {
    const offset = this.#offset++;
    const record: MagpieRecord = {
      id: `${offset}`,
      turns: [{ role: "user", content: text }],
      provenance: {},
      measures: {},
      tags: {},
      extra: {},
    };
    const [prepared] = await this.#instance.prepare([record], signal);
    const { shingles } = readPrepared(prepared as Uint8Array, this.#bands);
    const position = { topic: "in", partition: 0, offset: BigInt(offset) };
    const { holder, compared } = await this.#instance.admit(
      prepared as Uint8Array,
      record,
      { ...position, streamTime: 0, original: `in/0/${offset}` },
      this.#state,
    );
    const isAlike = this.#nearest(shingles) >= this.#threshold;
    const holderShingles = holder === null ? undefined : this.#kept.get(Number(holder.split(" ")[1]));
    const isHeld = holderShingles !== undefined && jaccard(shingles, holderShingles) >= this.#threshold;
    const old = this.#quality;
    this.#quality = {
      alike: old.alike + Number(isAlike),
      alikeDropped: old.alikeDropped + Number(isAlike && holder !== null),
      dropped: old.dropped + Number(holder !== null),
      droppedAlike: old.droppedAlike + Number(isHeld),
      compared: old.compared + compared,
    };
    if (holder === null) this.#keep(offset, shingles);
  }

  /** Similarity to the most alike of all kept records: exact, by counting what is shared. */
  #nearest(shingles: Uint32Array): number {
    const shared = new Map<number, number>();
    for (const shingle of shingles)
      for (const offset of this.#having.get(shingle) ?? []) shared.set(offset, (shared.get(offset) ?? 0) + 1);
    let nearest = 0;
    for (const [offset, count] of shared) {
      const union = shingles.length + this.#kept.get(offset)!.length - count;
      nearest = Math.max(nearest, count / union);
    }
    return nearest;
  }

  #keep(offset: number, shingles: Uint32Array): void {
    this.#kept.set(offset, shingles);
    for (const shingle of shingles) {
      const having = this.#having.get(shingle);
      if (having === undefined) this.#having.set(shingle, [offset]);
      else having.push(offset);
    }
  }
}
