import type { Json } from "../core/json.ts";
import { canonicalJson } from "../core/json.ts";
import type { AnswerKey, Context } from "../core/plugin.ts";
import { sha256Bytes } from "../core/sha256.ts";
import { createEchoModel } from "./echo-model.ts";

/** A context without a runtime: silent, nothing is journaled beyond its life, randomness depends on the record's id only. */
export function createTestContext(cacheDir: string): Context {
  const answers = new Map<string, unknown>();
  return {
    logger: { debug: ignore, info: ignore, warn: ignore, error: ignore },
    signal: new AbortController().signal,
    cacheDir,
    random: (record) => seededRandom(record.id),
    once: async <T extends Json>(key: AnswerKey, ask: () => Promise<T>): Promise<T> => {
      const name = canonicalJson(key);
      if (!answers.has(name)) answers.set(name, await ask());
      return answers.get(name) as T;
    },
    model: (name) => Promise.resolve(createEchoModel(name)),
  };
}

function ignore(): void {}

/** Counts up from the seed's hash, and hashes the counter. */
function seededRandom(seed: string): () => number {
  let counter = 0;
  return () => {
    const digest = sha256Bytes(`${seed}/${counter++}`);
    const view = new DataView(digest.buffer, digest.byteOffset, 4);
    return view.getUint32(0) / 0x1_0000_0000;
  };
}
