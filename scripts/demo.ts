import { processDeps } from "../src/cli/process-deps.ts";
import { weightFolders } from "../src/cli/weight-folders.ts";
import { messageOf } from "../src/core/errors.ts";
import { loadNodeLlamaCpp } from "../src/model/engine/load-node-llama-cpp.ts";
import { pullWeights } from "../src/model/weights/pull-weights.ts";
import { curateShipped } from "./demo/curate-shipped.ts";
import { generate } from "./demo/generate.ts";
import { say, style } from "./demo/stage-play.ts";

/**
 * `npm run demo`: generates with a small model in this process, which is fetched once; where it cannot be had, curates generations that
 * are shipped. Every step is a command of `magpie`.
 */
const model = "smollm2-135m-instruct";

async function whyNoModel(): Promise<string | undefined> {
  try {
    await loadNodeLlamaCpp();
    say(style.dim(`$ magpie models pull ${model}`));
    await pullWeights(model, weightFolders(processDeps.env));
    return undefined;
  } catch (error) {
    return messageOf(error);
  }
}

const why = await whyNoModel();
if (why === undefined) await generate();
else {
  say(`${style.yellow("The demo model cannot be had here")}, so that nothing is generated: ${why}\n`);
  await curateShipped();
}

say(`
A pipeline of your own: ${style.bold("npx magpie init my-data")}, and README.md from there.`);
// The engine leaves threads behind that would keep the process alive.
process.stdout.write("", () => process.exit(0));
