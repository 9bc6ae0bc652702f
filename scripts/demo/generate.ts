import { rm } from "node:fs/promises";
import { builtins } from "../../src/builtins.ts";
import { processDeps } from "../../src/cli/process-deps.ts";
import { wrapText } from "../../src/cli/render/wrap.ts";
import { loadConfig } from "../../src/config/load-config.ts";
import { readRecord } from "../../src/core/read-record.ts";
import type { MagpieRecord } from "../../src/core/record.ts";
import { silentLogger } from "../../src/core/silent-logger.ts";
import { enter, magpie, say, step, style, width } from "./stage-play.ts";

const folder = "examples/generate";
const curated = ".magpie/curated.jsonl";
const topic = "conversations.curated";
const shown = 3;

/** Samples instructions from a model in this process, curates, answers and curates again, from nothing, and shows what came of it. */
export async function generate(): Promise<void> {
  say("A model in this process writes instructions from nothing, and answers those that are worth it.");
  enter(folder);
  await rm(".magpie", { recursive: true, force: true });

  step(
    "60 instructions, curated before answers are paid for. What an accepted record costs stands at the end.",
  );
  await magpie("run", "--until-idle");

  step("Some of the conversations.");
  await showConversations();

  step("The proof, from the topics alone: every ticket is in exactly one place.");
  await magpie("verify");

  step("The result, as a file to train on.");
  await magpie("export", topic, "--format", "messages", "--out", curated);
  say(`\n${style.green("✔")} ${style.bold(`${folder}/${curated}`)}`);
}

async function showConversations(): Promise<void> {
  const loaded = await loadConfig("magpie.yaml", { env: {}, builtins });
  const log = await processDeps.openLog(loaded, silentLogger);
  try {
    const records: MagpieRecord[] = [];
    for await (const { value, position } of log.scan(topic)) records.push(readRecord(value, position));
    // The shortest: a screen should hold them.
    const length = ({ turns }: MagpieRecord) => turns.reduce((sum, { content }) => sum + content.length, 0);
    for (const { turns } of records.sort((a, b) => length(a) - length(b)).slice(0, shown)) {
      say("");
      for (const { role, content } of turns)
        for (const [i, line] of content
          .split("\n")
          .flatMap((each) => wrapText(each, width - 12))
          .entries())
          say(`${style.dim(i === 0 ? role.padEnd(11) : " ".repeat(11))} ${line}`);
    }
  } finally {
    await log.close();
  }
}
