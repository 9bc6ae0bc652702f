import type { CompletionRequest } from "../../src/core/model.ts";
import { seedOf } from "../../src/core/seed.ts";
import { findProfile } from "../../src/model/profiles/find-profile.ts";

/** As the Hugging Face hub names it. */
export const profile = "HuggingFaceTB/SmolLM2-135M-Instruct";

/** What every contender asks, but for the seed. */
export const request: Omit<CompletionRequest, "seeds"> = {
  prompt: findProfile(profile)!.preQuery,
  temperature: 0.8,
  topP: 0.9,
  maxTokens: 64,
  stop: [],
  stopIds: [],
  banned: [],
};

export const contextTokens = 256;

/** The seeds that the sampler `ask` gives its first tickets. */
export function seedsOf(samples: number): readonly number[] {
  return Array.from({ length: samples }, (_, ticket) => seedOf(`ask.tickets/0/${ticket}`));
}

export interface SamplerRun {
  /** Completions that are measured. */
  readonly samples: number;
  /** Completions before them. */
  readonly warmUp: number;
  /** Completions under way at once. */
  readonly atOnce: number;
}

export interface MeasuredSampling {
  readonly tokens: number;
  readonly ms: number;
}

/** The bare loop: works through the seeds in order, so many at once, and sums the tokens of the completions. */
export async function measureLoop(
  { samples, warmUp, atOnce }: SamplerRun,
  complete: (seed: number, worker: number) => Promise<number>,
): Promise<MeasuredSampling> {
  const loop = async (count: number) => {
    const left = seedsOf(count).toReversed();
    let tokens = 0;
    const work = async (_: unknown, worker: number) => {
      for (let seed = left.pop(); seed !== undefined; seed = left.pop()) {
        const generated = await complete(seed, worker);
        tokens += generated;
      }
    };
    await Promise.all(Array.from({ length: atOnce }, work));
    return tokens;
  };
  await loop(warmUp);
  const started = performance.now();
  return { tokens: await loop(samples), ms: performance.now() - started };
}
