import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { builtins } from "../../src/builtins.ts";
import { weightFolders } from "../../src/cli/weight-folders.ts";
import { loadConfig } from "../../src/config/load-config.ts";
import { addTokens, noTokens, type TokenCount, tokensOf } from "../../src/core/ledger.ts";
import type { Completion } from "../../src/core/model.ts";
import { readRecord } from "../../src/core/read-record.ts";
import { seedOf } from "../../src/core/seed.ts";
import { openEmbeddedLog } from "../../src/log/embedded/open-embedded-log.ts";
import type { Journal, Log } from "../../src/log/log.ts";
import { createModels } from "../../src/model/open-models.ts";
import { readLedger } from "../../src/runtime/read-ledger.ts";
import { withAnswers } from "../../test/crash/wrapped-log.ts";
import { type Measured, startMeasuring } from "../measured.ts";
import { runUntilIdle } from "../run-until-idle.ts";
import { type RecipeSettings, recipeIn } from "./orders.ts";

/** One of the journal's answers. */
export interface Paid {
  readonly text: string;
  readonly tokens: TokenCount;
}

/** What the journal holds for one ticket. */
export interface TicketPaid {
  readonly id: string;
  readonly instruction: Paid;
  /** Undefined where the instruction was not answered. */
  readonly answer: Paid | undefined;
}

export interface CostRun extends Measured {
  readonly tickets: readonly TicketPaid[];
  /** Ids of the instructions that came to `respond`. */
  readonly asked: readonly string[];
  /** Ids of the records curated at the end. */
  readonly accepted: readonly string[];
  /** As the ledger sums them over all stages. */
  readonly ledgerTokens: TokenCount;
}

/** Runs the recipe with its model in this process, on a fresh log in `folder`, until nothing is left to do. The model is loaded before the time starts. */
export async function runCost({
  folder,
  ...settings
}: RecipeSettings & { readonly folder: string }): Promise<CostRun> {
  mkdirSync(folder, { recursive: true });
  const file = join(folder, "magpie.yaml");
  // JSON is YAML.
  writeFileSync(file, JSON.stringify(recipeIn(settings)));
  const config = await loadConfig(file, { env: {}, builtins });
  if (config.log.kind !== "embedded") throw new TypeError("the recipe's log is embedded");
  const log = await openEmbeddedLog({ path: config.log.path, sync: config.log.sync, now: Date.now });
  const weights = weightFolders(process.env);
  const models = createModels(config.models, { weights, now: Date.now, random: Math.random });
  try {
    for (const model of Object.keys(config.models)) await models.open(model);
    const keys = new Set<string>();
    const end = startMeasuring();
    await runUntilIdle(withAnswers(log, remembering(log.answers, keys)), config, { models });
    const measured = end(settings.samples);
    const { pipelines } = await readLedger(log, config.pipelines, { digest: false });
    return {
      ...measured,
      tickets: await ticketsPaid(log, keys),
      asked: await idsIn(
        log,
        settings.order === "curated first" ? "instructions.curated" : "instructions.raw",
      ),
      accepted: await idsIn(log, "conversations.curated"),
      ledgerTokens: Object.values(pipelines).map(tokensOf).reduce(addTokens, noTokens),
    };
  } finally {
    await models.close();
    await log.close();
  }
}

/** The journal, remembering the keys of what is put into it: it cannot list them. */
function remembering(journal: Journal, keys: Set<string>): Journal {
  return {
    get: (key) => journal.get(key),
    async put(key, answer) {
      await journal.put(key, answer);
      keys.add(key);
    },
    size: () => journal.size(),
  };
}

/** An answer is known by its seed: it follows from the ticket, and whether it is the first turn or the second. */
async function ticketsPaid(log: Log, keys: ReadonlySet<string>): Promise<readonly TicketPaid[]> {
  const bySeed = new Map<number, Paid>();
  for (const key of keys) {
    const { seed, text, promptTokens, completionTokens } = JSON.parse(
      Buffer.from((await log.answers.get(key))!).toString(),
    ) as Completion;
    bySeed.set(seed, { text, tokens: { prompt: promptTokens, completion: completionTokens } });
  }
  const { answers: paid } = await log.answers.size();
  if (bySeed.size !== paid)
    throw new Error(`${paid} answers are journaled, but they have ${bySeed.size} seeds`);
  const tickets: TicketPaid[] = [];
  for (const id of await idsIn(log, "instructions.raw"))
    tickets.push({ id, instruction: bySeed.get(seedOf(id))!, answer: bySeed.get(seedOf(`${id}/1`)) });
  return tickets;
}

async function idsIn(log: Pick<Log, "scan">, topic: string): Promise<readonly string[]> {
  const ids: string[] = [];
  for await (const { value, position } of log.scan(topic)) ids.push(readRecord(value, position).id);
  return ids;
}
