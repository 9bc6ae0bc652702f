import { Buffer } from "node:buffer";
import { getOrCreate } from "../../core/get-or-create.ts";
import type { CommittedState, StateWrite } from "../log.ts";
import { asBuffer } from "./as-buffer.ts";
import type { Environment } from "./environment.ts";
import { pipelinePrefix, splitStateKey, stagePrefix, successor } from "./keys.ts";

/** Entries read at once, so that no cursor stays open while the caller works. */
const pageEntries = 256;

/** The committed state of one pipeline. */
export class EmbeddedState implements CommittedState {
  readonly #environment: Environment;
  readonly #pipeline: string;
  /** Stage → what its keys start with. */
  readonly #prefixes = new Map<string, Buffer>();

  constructor(environment: Environment, pipeline: string) {
    this.#environment = environment;
    this.#pipeline = pipeline;
  }

  get(stage: string, key: Uint8Array): Uint8Array | undefined {
    return this.#environment.state.getBinary(this.#key(stage, key));
  }

  *entries(stage: string, prefix: Uint8Array): Iterable<readonly [Uint8Array, Uint8Array]> {
    const stageBytes = this.#prefix(stage).length;
    let start = this.#key(stage, prefix);
    const end = successor(start);
    for (;;) {
      const page = [...this.#environment.state.getRange({ start, end, limit: pageEntries })];
      // Not `subarray`: of a Buffer it makes another Buffer, which takes long.
      for (const { key, value } of page)
        yield [new Uint8Array(key.buffer, key.byteOffset + stageBytes, key.length - stageBytes), value];
      const last = page.at(-1);
      if (last === undefined || page.length < pageEntries) return;
      start = Buffer.concat([last.key, Buffer.of(0)]);
    }
  }

  /** Only inside a transaction. */
  apply({ stage, key, value }: StateWrite): void {
    if (value === undefined) this.#environment.state.remove(this.#key(stage, key));
    else this.#environment.state.put(this.#key(stage, key), asBuffer(value));
  }

  #key(stage: string, key: Uint8Array): Buffer {
    const prefix = this.#prefix(stage);
    const stateKey = Buffer.allocUnsafe(prefix.length + key.length);
    stateKey.set(prefix);
    stateKey.set(key, prefix.length);
    return stateKey;
  }

  #prefix(stage: string): Buffer {
    return getOrCreate(this.#prefixes, stage, () => stagePrefix(this.#pipeline, stage));
  }
}

/** All state of a pipeline as of now, sorted by stage and key. Holds on to that moment until it is read to the end. */
export async function* scanState(environment: Environment, pipeline: string) {
  environment.refresh();
  const transaction = environment.snapshot();
  try {
    let start = pipelinePrefix(pipeline);
    const end = successor(start);
    for (;;) {
      const page = [...environment.state.getRange({ start, end, limit: pageEntries, transaction })];
      for (const { key, value } of page) yield { ...splitStateKey(pipeline, key), value };
      const last = page.at(-1);
      if (last === undefined || page.length < pageEntries) return;
      start = Buffer.concat([last.key, Buffer.of(0)]);
    }
  } finally {
    transaction.done();
  }
}
