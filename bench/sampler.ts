import { availableParallelism } from "node:os";
import type { JsonObject } from "../src/core/json.ts";
import { startLlamaServer } from "../test/model/real/llama-server.ts";
import { smolLm2 } from "../test/model/real/real-model.ts";
import { runInChild } from "./child.ts";
import { printMachine } from "./machine.ts";
import { numberOptions } from "./options.ts";
import { benchFixedRate } from "./sampler/fixed-rate.ts";
import { contextTokens, type MeasuredSampling, profile, type SamplerRun } from "./sampler/request.ts";
import { median } from "./statistics.ts";
import { formatWhole, table } from "./table.ts";

const goal = 0.95;
const atOnce = 8;

/**
 * `npm run bench -- sampler`: tokens a second of a sampler, from its tickets to the records in its topic, against a bare loop that asks the same
 * engine for the same completions: in this process, and at llama.cpp's server. Then how many requests a server of a fixed rate is sent.
 */
export async function benchSampler(args: readonly string[]): Promise<void> {
  const { samples, rounds, seconds } = numberOptions(args, { samples: 96, rounds: 3, seconds: 20 });
  const file = smolLm2();
  const server = await startLlamaServer({ contextTokens, slots: atOnce });
  try {
    printMachine();
    const run = { samples, warmUp: 2 * atOnce, atOnce };
    const threads = Math.max(1, availableParallelism() - 1);
    const here = { engine: "in-process", gguf: file, profile, contextTokens, sequences: atOnce, threads };
    await compare("in this process", rounds, run, here, () =>
      runInChild("bareInProcess", { ...run, file, threads }),
    );
    const name = "smollm2";
    const there = { engine: "openai", baseUrl: server.url, name, profile };
    await compare("llama.cpp's server", rounds, run, there, () =>
      runInChild("bareServer", { ...run, url: server.url, name }),
    );
  } finally {
    await server.stop();
  }
  await benchFixedRate(seconds);
}

/** By turns, each in a process of its own; medians. Throws when they did not generate the same number of tokens. */
async function compare(
  what: string,
  rounds: number,
  run: SamplerRun,
  model: JsonObject,
  bare: () => Promise<MeasuredSampling>,
): Promise<void> {
  const loop: MeasuredSampling[] = [];
  const sampler: MeasuredSampling[] = [];
  for (let round = 0; round < rounds; round++) {
    loop.push(await bare());
    sampler.push(await runInChild("sampler", { ...run, model }));
  }
  const tokens = new Set([...loop, ...sampler].map((measured) => measured.tokens));
  if (tokens.size !== 1)
    throw new Error(`${what}: the same seeds gave ${[...tokens].join(" and ")} tokens; the runs differ`);
  const ratio = median(sampler.map(rateOf)) / median(loop.map(rateOf));
  const rows = [
    ["bare loop", formatRates(loop), ""],
    ["sampler", formatRates(sampler), ratio.toFixed(3)],
  ];
  console.log(
    table(
      [`${what}, ${run.samples} samples, ${run.atOnce} at once`, "tokens/s", `of the loop (goal: ${goal})`],
      rows,
    ),
  );
}

const rateOf = ({ tokens, ms }: MeasuredSampling) => (1000 * tokens) / ms;

/** The median, and from where to where. */
function formatRates(measured: readonly MeasuredSampling[]): string {
  const rates = measured.map(rateOf);
  return `${formatWhole(median(rates))} (${formatWhole(Math.min(...rates))}–${formatWhole(Math.max(...rates))})`;
}
