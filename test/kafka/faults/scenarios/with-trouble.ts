import type { Scenario, Trouble } from "./scenario.ts";

/** The trouble strikes again and again while the scenario goes on, and once at least. */
export function withTrouble(scenario: Scenario, trouble: Trouble): Scenario {
  return {
    name: `${scenario.name}; ${trouble.name}`,
    async disturb(trial, random) {
      let isOver = false;
      const strikes = async () => {
        do await trouble.strike(trial, random);
        while (!isOver);
      };
      const disturbance = scenario.disturb(trial, random).finally(() => {
        isOver = true;
      });
      const outcomes = await Promise.allSettled([disturbance, strikes()]);
      for (const outcome of outcomes) if (outcome.status === "rejected") throw outcome.reason;
    },
  };
}
