import { setTimeout } from "node:timers/promises";
import { seededRandom } from "../../src/runtime/seeded-random.ts";
import type { Configuration } from "./configuration.ts";
import { magpie, type Running, startMagpie } from "./magpie.ts";
import { PaidAccount } from "./paid-account.ts";
import { type Rehearsal, rehearse } from "./rehearsal.ts";
import { differences, takeSnapshot } from "./snapshot.ts";
import { committed, type Workspace } from "./workspace.ts";

export interface KillPlan {
  /** Kills that must land. */
  readonly landed: number;
  readonly seed: string;
  /** Milliseconds after a commit within which the kill comes. */
  readonly withinMs: number;
}

export interface KillReport {
  readonly configuration: Configuration;
  /** Runs over the whole input that were killed and then finished. */
  readonly runs: number;
  readonly kills: number;
  /** Those that came while every pipeline's frontier was strictly inside its input and remote calls were open. */
  readonly landed: number;
  readonly calls: number;
  readonly needed: number;
  readonly inFlight: number;
  readonly refused: number;
  /** How any run differs from the uninterrupted one; empty when none does. */
  readonly problems: readonly string[];
}

/**
 * Kills `magpie run` with SIGKILL at random moments until enough kills have landed, starting it again each time on what it
 * left, and compares all that was committed with an uninterrupted run. A run over the input that ends first is compared
 * and followed by another over the same input.
 */
export async function killAtRandom(configuration: Configuration, plan: KillPlan): Promise<KillReport> {
  const rehearsal = await rehearse(configuration);
  const random = seededRandom(plan.seed);
  const sum = { runs: 0, kills: 0, landed: 0, calls: 0, needed: 0, inFlight: 0, refused: 0 };
  const problems: string[] = [];
  try {
    while (sum.landed < plan.landed) {
      const workspace = await rehearsal.start();
      const paid = new PaidAccount(rehearsal.server, rehearsal.needed);
      const landedBefore = sum.landed;
      while (sum.landed < plan.landed) {
        const outcome = await killOnce(workspace, rehearsal, random() * plan.withinMs);
        if (outcome === "finished") break;
        sum.kills++;
        if (outcome === "landed") sum.landed++;
        await workspace.withLog((log) => paid.afterKill(log));
      }
      if (sum.landed === landedBefore)
        throw new Error("no kill landed in a whole run: it needs more records");
      await magpie(workspace.folder, ["run", "--until-idle"]);
      sum.runs++;
      sum.calls += paid.calls;
      sum.needed += paid.needed;
      sum.inFlight += paid.inFlight;
      sum.refused += paid.refused;
      problems.push(...differences(rehearsal.expected, await takeSnapshot(workspace)), ...paid.problems());
      await workspace.remove();
    }
  } finally {
    await rehearsal.close();
  }
  return { configuration, ...sum, problems };
}

type Outcome = "landed" | "elsewhere" | "finished";

/** Starts a run, waits until it has committed something, then `afterMs`, and kills it. */
async function killOnce(workspace: Workspace, rehearsal: Rehearsal, afterMs: number): Promise<Outcome> {
  const before = await frontier(workspace);
  const run = startMagpie(workspace.folder, ["run", "--until-idle"]);
  await untilCommitted(workspace, run, before);
  await setTimeout(afterMs);
  const callsInFlight = rehearsal.server.open;
  run.process.kill("SIGKILL");
  const ended = await run.ended;
  if (ended.signal !== "SIGKILL") {
    if (ended.code === 0) return "finished";
    throw new Error(`magpie run exited with ${ended.code} before it was killed:\n${ended.stderr}`);
  }
  const after = await frontier(workspace);
  const inside = after.every((count, index) => count > 0 && count < rehearsal.totals[index]!);
  return inside && callsInFlight > 0 ? "landed" : "elsewhere";
}

async function frontier(workspace: Workspace): Promise<readonly number[]> {
  return workspace.withLog((log) => committed(log, workspace.pipelines));
}

async function untilCommitted(workspace: Workspace, run: Running, before: readonly number[]): Promise<void> {
  await workspace.withLog(async (log) => {
    while (run.process.exitCode === null && run.process.signalCode === null) {
      const now = await committed(log, workspace.pipelines);
      if (now.some((count, index) => count > before[index]!)) return;
      await setTimeout(2);
    }
  });
}
