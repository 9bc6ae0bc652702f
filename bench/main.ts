import { benchCost } from "./cost.ts";
import { benchKafka } from "./kafka.ts";
import { benchMemory } from "./memory.ts";
import { benchMinhash } from "./minhash.ts";
import { benchPipeline } from "./pipeline.ts";
import { benchPlugins } from "./plugins.ts";
import { benchSampler } from "./sampler.ts";

const benches: { readonly [name: string]: (args: readonly string[]) => Promise<void> } = {
  pipeline: benchPipeline,
  memory: benchMemory,
  minhash: benchMinhash,
  kafka: benchKafka,
  plugins: benchPlugins,
  sampler: benchSampler,
  cost: benchCost,
};

const [name = "", ...args] = process.argv.slice(2);
const bench = Object.hasOwn(benches, name) ? benches[name] : undefined;
if (bench === undefined) {
  console.error(`usage: npm run bench -- ${Object.keys(benches).join("|")} [OPTIONS]`);
  process.exitCode = 2;
} else await bench(args);
