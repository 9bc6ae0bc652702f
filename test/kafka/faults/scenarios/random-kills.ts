import { setTimeout } from "node:timers/promises";
import { machines } from "../trial.ts";
import { committedBy } from "./commits.ts";
import { feed } from "./feed.ts";
import type { Scenario } from "./scenario.ts";

/** Milliseconds after a commit within which the kill comes. */
const withinMs = 400;

/** Members of a group are killed one after the other, at a random moment of their work, and started again at once. */
export function randomKills(kills: number, members: number): Scenario {
  return {
    name: "kill -9 at random",
    async disturb(trial, random) {
      trial.feeder.start(feed);
      for (let i = 0; i < members; i++) trial.fleet.start({}, { machine: 1 + (i % machines) });
      for (let kill = 0; kill < kills; kill++) {
        const { running } = trial.fleet;
        const victim = running[Math.floor(random() * running.length)]!;
        await committedBy(trial, victim.name);
        await setTimeout(random() * withinMs);
        await victim.kill();
        trial.fleet.start({}, { machine: 1 + (kill % machines) });
      }
    },
  };
}
