import minhashDedup from "../../plugins/minhash-dedup/plugin.ts";
import type { StatefulInstance } from "../../src/core/plugin.ts";
import type { At } from "../../src/core/position.ts";
import type { MagpieRecord, Measures } from "../../src/core/record.ts";
import type { State } from "../../src/core/state.ts";
import { createTestContext } from "../../src/testing/test-context.ts";

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
  readonly record: MagpieRecord;
  readonly bytes: Uint8Array;
}

type AdmitMeasures = Parameters<typeof minhashDedup.decide>[0];

const topic = "sample.raw";
const startedAt = Date.UTC(2026, 0, 1);
const signal = new AbortController().signal;

/** The stage as the runtime drives it: a batch is prepared, then its records are admitted one by one. */
export class StageRun {
  texts = 0;
  kept = 0;
  readonly #instance: StatefulInstance<Measures>;
  readonly #state: State;

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

  async take(texts: readonly string[]): Promise<void> {
    this.admit(await this.prepare(texts));
  }

  /** Of the texts that come next. */
  async prepare(texts: readonly string[]): Promise<readonly Prepared[]> {
    const records = texts.map((text, i) => recordOf(text, this.texts + i));
    const prepared = await this.#instance.prepare(records, signal);
    return records.map((record, i) => {
      const bytes = prepared[i];
      if (!(bytes instanceof Uint8Array)) throw new Error(`the stage could not prepare ${record.id}`);
      return { record, bytes };
    });
  }

  admit(batch: readonly Prepared[]): void {
    for (const { record, bytes } of batch) {
      const measures = this.#instance.admit(bytes, record, atOf(this.texts++), this.#state) as AdmitMeasures;
      if (minhashDedup.decide(measures, stageConfig).keep) this.kept++;
    }
    this.#instance.commit?.();
  }
}

function recordOf(text: string, k: number): MagpieRecord {
  return {
    id: `sample-${k}`,
    turns: [{ role: "user", content: text }],
    provenance: { created: startedAt + k, source: `${topic}/0/${k}`, sampler: "bench", ticket: `bench/${k}` },
    measures: {},
    tags: {},
    extra: {},
  };
}

function atOf(k: number): At {
  return {
    topic,
    partition: 0,
    offset: BigInt(k),
    streamTime: startedAt + k,
    original: `${topic}/0/${k}`,
  };
}
