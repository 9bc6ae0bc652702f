import { rm } from "node:fs/promises";
import { setTimeout } from "node:timers/promises";
import { seededRandom } from "../../src/runtime/seeded-random.ts";
import { CompletionsServer } from "./completions-server.ts";
import { magpie, startMagpie } from "./magpie.ts";
import { SamplerAccount } from "./sampler-account.ts";
import { outcomeProblems, type SamplerOutcome, samplerOutcome } from "./sampler-outcome.ts";
import { type SamplerRecipe, samplerWorkplace } from "./sampler-workplace.ts";

export interface SamplerKillPlan extends SamplerRecipe {
  /** Kills that must come while questions are under way. */
  readonly kills: number;
  readonly seed: string;
  /** Milliseconds after the first call of a process within which the kill comes. */
  readonly withinMs: number;
}

export interface SamplerKillReport {
  /** Recipes that were killed, started again and finished. */
  readonly runs: number;
  readonly kills: number;
  /** Calls the server counted, those that all runs need, and those in flight at kills. */
  readonly calls: number;
  readonly needed: number;
  readonly inFlight: number;
  /** How any run differs from the uninterrupted one, or what it paid too much; empty when nothing does. */
  readonly problems: readonly string[];
}

/** A server of questions, and what comes of the recipe when nobody interrupts it. */
export interface SamplerRehearsal {
  readonly server: CompletionsServer;
  readonly expected: SamplerOutcome;
  readonly needed: number;
  /** A new folder, and a server that was never asked. */
  start(): Promise<string>;
  close(): Promise<void>;
}

/** Runs the recipe once without interruption. Throws when that does not ask two questions a ticket, and each once. */
export async function rehearseSampler(recipe: SamplerRecipe): Promise<SamplerRehearsal> {
  const server = new CompletionsServer(20);
  await server.listen();
  const needed = 2 * recipe.sampled;
  const folder = await samplerWorkplace(recipe, server);
  await magpie(folder, ["run", "--until-idle"]);
  const expected = await samplerOutcome(folder, recipe.sampled);
  await rm(folder, { recursive: true });
  if (server.calls !== needed || expected.conversations.length !== recipe.sampled)
    throw new Error(
      `${recipe.sampled} tickets came to ${server.calls} calls and ${expected.conversations.length} conversations`,
    );
  return {
    server,
    expected,
    needed,
    start: () => {
      server.asked.clear();
      return samplerWorkplace(recipe, server);
    },
    close: () => server.close(),
  };
}

/**
 * Kills `magpie run` of a recipe with SIGKILL at random moments until there were enough, starting it again each time on what it left, and compares
 * what came of it with an uninterrupted run. A recipe that ends first is compared and followed by another.
 */
export async function killSampler(plan: SamplerKillPlan): Promise<SamplerKillReport> {
  const rehearsal = await rehearseSampler(plan);
  const { server } = rehearsal;
  const random = seededRandom(plan.seed);
  const sum = { runs: 0, kills: 0, calls: 0, needed: 0, inFlight: 0 };
  const problems: string[] = [];
  try {
    while (sum.kills < plan.kills) {
      const folder = await rehearsal.start();
      const account = new SamplerAccount(server, rehearsal.needed);
      const killsBefore = sum.kills;
      while (sum.kills < plan.kills) {
        const outcome = await killOnce(folder, server, random() * plan.withinMs);
        if (outcome === "finished") break;
        if (outcome === "landed") sum.kills++;
        await account.afterKill(folder);
      }
      if (sum.kills === killsBefore) throw new Error("no kill landed in a whole run: it needs more tickets");
      await magpie(folder, ["run", "--until-idle"]);
      sum.runs++;
      sum.calls += account.calls;
      sum.needed += account.needed;
      sum.inFlight += account.inFlight;
      problems.push(
        ...outcomeProblems(rehearsal.expected, await samplerOutcome(folder, plan.sampled)),
        ...account.problems(),
      );
      await rm(folder, { recursive: true });
    }
  } finally {
    await rehearsal.close();
  }
  return { ...sum, problems };
}

/** Landed: while questions were under way. */
type Outcome = "landed" | "elsewhere" | "finished";

/** Starts a run, waits until it has called the server, then `afterMs`, and kills it. */
async function killOnce(folder: string, server: CompletionsServer, afterMs: number): Promise<Outcome> {
  const run = startMagpie(folder, ["run", "--until-idle"]);
  const before = server.calls;
  while (server.calls === before && run.process.exitCode === null) await setTimeout(5);
  await setTimeout(afterMs);
  const open = server.open;
  run.process.kill("SIGKILL");
  const ended = await run.ended;
  if (ended.signal === "SIGKILL") return open > 0 ? "landed" : "elsewhere";
  if (ended.code === 0) return "finished";
  throw new Error(`magpie run exited with ${ended.code} before it was killed:\n${ended.stderr}`);
}
