import type { CrashPoint } from "../../../../src/log/kafka/crash-probe.ts";
import type { Trial } from "../trial.ts";
import { committedBy } from "./commits.ts";
import { feed } from "./feed.ts";
import type { Scenario } from "./scenario.ts";

const pointsOfCommit: readonly CrashPoint[] = ["before-produce", "after-produce", "end-sent", "after-end"];
const pointsOfAnswer: readonly CrashPoint[] = ["before-answer", "after-answer"];

/** Passages of a point before the one that ends the process, at most. */
const most = 2;

/**
 * The process ends itself at every labelled point of a commit, in segments that divide the work and in one that admits, and at those
 * of a paid answer. The next one takes everything over at once, as if the group had noticed.
 */
export const labelledKills: Scenario = {
  name: "kill -9 at every labelled point",
  async disturb(trial, random) {
    trial.feeder.start(feed);
    const { names } = trial;
    const segments = [`${names.dedup}/parallel-1`, `${names.dedup}/order-1`, names.paying];
    const hit = () => 1 + Math.floor(random() * most);
    for (const [i, label] of pointsOfCommit.entries()) {
      await dieAt(trial, label, hit(), segments[i % segments.length]!);
    }
    for (const label of pointsOfAnswer) await dieAt(trial, label, hit());
    await committedBy(trial, trial.fleet.start({ ownsAll: true }).name);
  },
};

async function dieAt(trial: Trial, label: CrashPoint, hit: number, segment?: string): Promise<void> {
  const at = { label, hit, signal: "SIGKILL", ...(segment === undefined ? {} : { segment }) } as const;
  const problem = await trial.fleet.start({ ownsAll: true, at }).problem();
  if (problem !== undefined) throw new Error(`nothing ended at ${label}: ${problem}`);
}
