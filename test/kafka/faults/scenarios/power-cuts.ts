import { setTimeout } from "node:timers/promises";
import { committedBy } from "./commits.ts";
import { feed } from "./feed.ts";
import type { Scenario } from "./scenario.ts";

const members = 2;

/** Milliseconds after a commit within which the power goes. */
const withinMs = 400;

/** All processes of a machine are killed at the same moment, and started again. */
export function powerCuts(cuts: number): Scenario {
  return {
    name: `${cuts} times kill -9 of ${members} processes at once`,
    async disturb(trial, random) {
      trial.feeder.start(feed);
      for (let cut = 0; cut < cuts; cut++) {
        const started = Array.from({ length: members }, () => trial.fleet.start());
        for (const { name } of started) await committedBy(trial, name);
        await setTimeout(random() * withinMs);
        await trial.fleet.kill();
      }
    },
  };
}
