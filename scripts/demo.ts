import { rm } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { builtins } from "../src/builtins.ts";
import { runCli } from "../src/cli/cli.ts";
import { collectDrops, type Drops } from "../src/cli/collect-drops.ts";
import { processDeps } from "../src/cli/process-deps.ts";
import { renderDrops } from "../src/cli/render/drops.ts";
import { styleFor } from "../src/cli/render/style.ts";
import { loadConfig } from "../src/config/load-config.ts";
import { silentLogger } from "../src/core/silent-logger.ts";

/**
 * `npm run demo`: curates the shipped generations on the embedded log, from nothing, and shows the funnel, examples of every
 * kind of drop, the proof and where the curated file is. Every step is a command of `magpie`.
 */
const folder = "examples/demo";
process.chdir(fileURLToPath(new URL(`../../${folder}`, import.meta.url)));

const config = "magpie.yaml";
const store = ".magpie";
const curated = ".magpie/curated.jsonl";
const report = ".magpie/report.html";
const data = "../data";

const style = styleFor(process.stdout, process.env);
const width = Math.min(process.stdout.columns ?? 100, 120);
const examplesPerReason = 2;

let steps = 0;

function step(title: string): void {
  steps += 1;
  process.stdout.write(`\n${style.bold(style.cyan(`${steps}  ${title}`))}\n`);
}

async function magpie(...argv: string[]): Promise<void> {
  process.stdout.write(`${style.dim(`$ magpie ${argv.join(" ")}`)}\n`);
  const exit = await runCli(argv, processDeps);
  if (exit !== 0) process.exit(exit);
}

async function showDrops(): Promise<void> {
  const loaded = await loadConfig(config, { env: {}, builtins });
  const log = await processDeps.openLog(loaded, silentLogger);
  try {
    const drops = await collectDrops(log, loaded.pipelines);
    process.stdout.write(`${renderDrops(oncePerReason(drops), width, style).slice(1).join("\n")}\n`);
  } finally {
    await log.close();
  }
}

/** The same reason in two pipelines tells a newcomer nothing new. */
function oncePerReason(drops: readonly Drops[]): readonly Drops[] {
  const first = drops.filter((drop, i) => drops.findIndex(({ code }) => code === drop.code) === i);
  return first.map((drop) => ({ ...drop, examples: drop.examples.slice(0, examplesPerReason) }));
}

await rm(store, { recursive: true, force: true });
process.stdout.write(`magpie-stream curates what a model generated: two pipelines, in ${folder}/magpie.yaml.
${style.dim(`$ cd ${folder}`)}
`);

for (const name of ["wide", "narrow"])
  await magpie("produce", "instructions.raw", `${data}/generations-${name}.jsonl.gz`);
await magpie("produce", "conversations.raw", `${data}/conversations.jsonl.gz`);

step("The funnel. Every commit balances: received = curated + rejected + quarantined.");
await magpie("run", "--until-idle");

step("The same as a page to look at, with the duplicates side by side.");
await magpie("report", "instructions.curated", "--out", report);

step("What was dropped, and why. Every dropped record keeps its reasons in instructions.rejected.");
await showDrops();

step("The proof, from the topics alone: every input is in exactly one place.");
await magpie("verify");

step("The result, as a file to train on.");
await magpie("export", "instructions.curated", "--format", "messages", "--out", curated);

process.stdout.write(`
${style.green("✔")} ${style.bold(`${folder}/${curated}`)}
${style.green("✔")} ${style.bold(`${folder}/${report}`)}

A pipeline of your own: ${style.bold("npx magpie init my-data")}, and README.md from there.
`);
