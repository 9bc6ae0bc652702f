import { rm } from "node:fs/promises";
import { builtins } from "../../src/builtins.ts";
import { collectDrops, type Drops } from "../../src/cli/collect-drops.ts";
import { processDeps } from "../../src/cli/process-deps.ts";
import { renderDrops } from "../../src/cli/render/drops.ts";
import { loadConfig } from "../../src/config/load-config.ts";
import { silentLogger } from "../../src/core/silent-logger.ts";
import { enter, magpie, say, step, style, width } from "./stage-play.ts";

const folder = "examples/demo";
const data = "../data";
const curated = ".magpie/curated.jsonl";
const report = ".magpie/report.html";
const examplesPerReason = 2;

/**
 * Curates the shipped generations on the embedded log, from nothing, and shows the funnel, examples of every kind of drop, the
 * proof and where the curated file is.
 */
export async function curateShipped(): Promise<void> {
  say("Two pipelines curate what a model generated before.");
  enter(folder);
  await rm(".magpie", { recursive: true, force: true });
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
  say(`
${style.green("✔")} ${style.bold(`${folder}/${curated}`)}
${style.green("✔")} ${style.bold(`${folder}/${report}`)}`);
}

async function showDrops(): Promise<void> {
  const loaded = await loadConfig("magpie.yaml", { env: {}, builtins });
  const log = await processDeps.openLog(loaded, silentLogger);
  try {
    const drops = await collectDrops(log, loaded.pipelines);
    say(renderDrops(oncePerReason(drops), width, style).slice(1).join("\n"));
  } finally {
    await log.close();
  }
}

/** The same reason in two pipelines tells a newcomer nothing new. */
function oncePerReason(drops: readonly Drops[]): readonly Drops[] {
  const first = drops.filter((drop, i) => drops.findIndex(({ code }) => code === drop.code) === i);
  return first.map((drop) => ({ ...drop, examples: drop.examples.slice(0, examplesPerReason) }));
}
