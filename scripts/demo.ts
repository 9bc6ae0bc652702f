import { rm } from "node:fs/promises";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { builtins } from "../src/builtins.ts";
import { runCli } from "../src/cli/cli.ts";
import { collectDrops } from "../src/cli/collect-drops.ts";
import { processDeps } from "../src/cli/process-deps.ts";
import { renderDrops } from "../src/cli/render/drops.ts";
import { styleFor } from "../src/cli/render/style.ts";
import { loadConfig } from "../src/config/load-config.ts";

/**
 * `npm run demo`: curates the shipped generations on the embedded log, from nothing, and shows the funnel, examples of every
 * kind of drop, the proof and where the curated file is. Every step is a command of `magpie`.
 */
const root = fileURLToPath(new URL("../../", import.meta.url));
const demo = join(root, "examples", "demo");
const config = join(demo, "magpie.yaml");
const store = join(demo, ".magpie");
const curated = join(demo, ".magpie", "instructions.curated.jsonl");
const data = (name: string) => join(root, "examples", "data", name);
const here = (path: string) => relative(process.cwd(), path);

async function magpie(...argv: string[]): Promise<void> {
  const shown = argv.map((word) => (word.startsWith(root) ? here(word) : word)).join(" ");
  process.stdout.write(`\n$ magpie ${shown}\n`);
  const exit = await runCli([...argv, "-c", config], processDeps);
  if (exit !== 0) process.exit(exit);
}

async function showDrops(): Promise<void> {
  const { log: logConfig, pipelines } = await loadConfig(config, { env: {}, builtins });
  const log = await processDeps.openLog(logConfig);
  try {
    const drops = await collectDrops(log, pipelines);
    const width = process.stdout.columns ?? 120;
    const style = styleFor(process.stdout, process.env);
    process.stdout.write(`\nwhat was dropped, and why\n${renderDrops(drops, width, style).join("\n")}\n`);
  } finally {
    await log.close();
  }
}

await rm(store, { recursive: true, force: true });
await magpie(
  "produce",
  "instructions.raw",
  data("generations-wide.jsonl.gz"),
  data("generations-narrow.jsonl.gz"),
);
await magpie("produce", "conversations.raw", data("conversations.jsonl.gz"));
await magpie("run", "--until-idle");
await showDrops();
await magpie("verify");
await magpie("export", "instructions.curated", "--format", "messages", "--out", curated);
process.stdout.write(`\ncurated instructions: ${here(curated)}\n`);
