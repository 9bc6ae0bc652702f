import minhashDedup from "../../plugins/minhash-dedup/plugin.ts";
import type { StatefulInstance } from "../../src/core/plugin.ts";
import type { Measures } from "../../src/core/record.ts";
import type { State } from "../../src/core/state.ts";
import { createTestContext } from "../../src/testing/test-context.ts";
import { Input } from "./input.ts";

type Config = Parameters<typeof minhashDedup.decide>[1];

/** The defaults, but for the shingles: those that every peer has. */
export const stageConfig: Config = {
  field: "instruction",
  threshold: 0.8,
  permutations: 128,
  shingle: { by: "word", size: 3 },
  maxRecords: 4_000_000,
  maxBytes: "4GiB",
  maxAge: null,
};

interface Prepared {
  readonly input: Input;
  readonly bytes: Uint8Array;
}

type AdmitMeasures = Parameters<typeof minhashDedup.decide>[0];

const signal = new AbortController().signal;

/** The stage as the runtime drives it: a batch is prepared, then its records are admitted one by one. */
export class StageRun {
  texts = 0;
  kept = 0;
  readonly #instance: StatefulInstance<Measures>;
  readonly #state: State;
  readonly #inputs: Input[] = [];

  private constructor(instance: StatefulInstance<Measures>, state: State) {
    this.#instance = instance;
    this.#state = state;
  }

  /** Over what is in the state already. */
  static async over(state: State): Promise<StageRun> {
    const instance = await minhashDedup.setup(stageConfig, createTestContext(""));
    await instance.restore?.(state);
    return new StageRun(instance as StatefulInstance<Measures>, state);
  }

  /** Of the texts that come next; valid until the next call. */
  inputs(texts: readonly string[]): readonly Input[] {
    while (this.#inputs.length < texts.length) this.#inputs.push(new Input());
    return texts.map((text, i) => {
      const input = this.#inputs[i]!;
      input.fill(text, this.texts++);
      return input;
    });
  }

  async take(inputs: readonly Input[]): Promise<void> {
    this.admit(await this.prepare(inputs));
  }

  async prepare(inputs: readonly Input[]): Promise<readonly Prepared[]> {
    const prepared = await this.#instance.prepare(
      inputs.map(({ record }) => record),
      signal,
    );
    return inputs.map((input, i) => {
      const bytes = prepared[i];
      if (!(bytes instanceof Uint8Array)) throw new Error(`the stage could not prepare ${input.record.id}`);
      return { input, bytes };
    });
  }

  admit(batch: readonly Prepared[]): void {
    for (const { input, bytes } of batch) {
      const { record, at } = input;
      const measures = this.#instance.admit(bytes, record, at, this.#state) as AdmitMeasures;
      if (minhashDedup.decide(measures, stageConfig).keep) this.kept++;
    }
    this.#instance.commit?.();
  }
}
