import type { Scenario } from "./scenario.ts";

/** One scenario after the other, in the same trial: what the first one left running is killed. */
export function inTurn(...scenarios: readonly Scenario[]): Scenario {
  return {
    name: scenarios.map(({ name }) => name).join("; then "),
    async disturb(trial, random) {
      for (const { disturb } of scenarios) {
        await trial.fleet.kill();
        await disturb(trial, random);
      }
    },
  };
}
