import { committedBy } from "./commits.ts";
import { feed } from "./feed.ts";
import type { Scenario } from "./scenario.ts";

/** Commits refused to those who had been fenced, at least. */
const refusals = 4;

/** Two processes of one machine hold every task for their own, and take it from each other again and again. */
export const twoOwners: Scenario = {
  name: "two owners of every partition",
  async disturb(trial) {
    trial.feeder.start(feed);
    const owners = [trial.fleet.start({ ownsAll: true })];
    await committedBy(trial, owners[0]!.name);
    owners.push(trial.fleet.start({ ownsAll: true }));
    await committedBy(trial, owners[1]!.name);
    await trial.trace.first(`${refusals} refused commits`, ({ code }) => code === "MGP_TASK_FENCED", {
      nth: refusals,
    });
    await owners[1]!.stop();
  },
};
