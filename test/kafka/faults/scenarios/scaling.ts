import { committedBy } from "./commits.ts";
import { feed } from "./feed.ts";
import type { Scenario } from "./scenario.ts";

/** One process, then three on three machines, then one again, while records come in. */
export const scaling: Scenario = {
  name: "one process, three, one",
  async disturb(trial) {
    trial.feeder.start(feed);
    const first = trial.fleet.start();
    await committedBy(trial, first.name);
    const others = [2, 3].map((machine) => trial.fleet.start({}, { machine }));
    await Promise.all(others.map(({ name }) => committedBy(trial, name)));
    await committedBy(trial, first.name);
    for (const other of others) {
      const problem = await other.stop();
      if (problem !== undefined) throw new Error(problem);
    }
    await committedBy(trial, first.name);
  },
};
