import { brokerKills } from "./scenarios/broker-kills.ts";
import { cutReplies } from "./scenarios/cut-replies.ts";
import { labelledKills } from "./scenarios/labelled-kills.ts";
import { lostSnapshots } from "./scenarios/lost-snapshots.ts";
import { randomKills } from "./scenarios/random-kills.ts";
import { scaling } from "./scenarios/scaling.ts";
import type { Scenario, Trouble } from "./scenarios/scenario.ts";
import { twoOwners } from "./scenarios/two-owners.ts";
import { withTrouble } from "./scenarios/with-trouble.ts";
import { goesOnInTroubleMs, zombie } from "./scenarios/zombie.ts";

/** A scenario, and whether its members must go through the proxies. */
export interface Combination {
  readonly scenario: Scenario;
  readonly proxied: boolean;
}

const scenarios: readonly Scenario[] = [
  randomKills(3, 2),
  labelledKills,
  zombie(goesOnInTroubleMs),
  twoOwners,
  scaling,
  lostSnapshots,
];
const troubles: readonly Trouble[] = [cutReplies, brokerKills];

/** Every way of disturbing the processes, alone and in every trouble of the cluster. */
export const combinations: readonly Combination[] = scenarios.flatMap((scenario) => [
  { scenario, proxied: false },
  ...troubles.map((trouble) => ({ scenario: withTrouble(scenario, trouble), proxied: trouble.proxied })),
]);
