import { committedBy } from "./commits.ts";
import { feed } from "./feed.ts";
import type { Scenario, Trouble } from "./scenario.ts";

/** Two processes, whom nobody disturbs but the trouble. */
export function under(trouble: Trouble, strikes: number): Scenario {
  return {
    name: trouble.name,
    async disturb(trial, random) {
      trial.feeder.start(feed);
      const members = [trial.fleet.start(), trial.fleet.start({}, { machine: 2 })];
      for (const { name } of members) await committedBy(trial, name);
      for (let strike = 0; strike < strikes; strike++) await trouble.strike(trial, random);
    },
  };
}
