import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { seededRandom } from "../../../src/runtime/seeded-random.ts";
import { sharedCluster } from "../harness.ts";
import { startProxies } from "../proxies.ts";
import { brokerKills } from "./scenarios/broker-kills.ts";
import { cutReplies } from "./scenarios/cut-replies.ts";
import { inTurn } from "./scenarios/in-turn.ts";
import { labelledKills } from "./scenarios/labelled-kills.ts";
import { lostSnapshots } from "./scenarios/lost-snapshots.ts";
import { randomKills } from "./scenarios/random-kills.ts";
import { scaling } from "./scenarios/scaling.ts";
import type { Scenario } from "./scenarios/scenario.ts";
import { twoOwners } from "./scenarios/two-owners.ts";
import { under } from "./scenarios/under.ts";
import { goesOnMs, zombie } from "./scenarios/zombie.ts";
import { type Ground, tryOut } from "./trial.ts";
import { flaws, sound } from "./verdict.ts";

/** Most of a trial is waiting for others: two at a time take little longer than one. */
const longestMs = 600_000;

let ground: Ground;

beforeAll(async () => {
  const cluster = await sharedCluster();
  ground = { cluster, proxies: await startProxies(cluster) };
});

afterAll(() => Promise.all(ground.proxies.map((proxy) => proxy.stop())));

async function comesToTheSame(scenario: Scenario, over = {}): Promise<void> {
  const random = seededRandom(scenario.name);
  const report = await tryOut(ground, (trial) => scenario.disturb(trial, random), over);
  expect(flaws(report)).toEqual(sound);
}

describe.concurrent("a chain of pipelines commits what one machine would, once each and in order, through", () => {
  it("kills at every labelled point", () => comesToTheSame(labelledKills), longestMs);
  it(
    "two owners of every partition, then lost, stale and corrupt snapshots",
    () => comesToTheSame(inTurn(twoOwners, lostSnapshots)),
    longestMs,
  );
  it(
    "scaling to three processes and back, then random kills of two",
    () => comesToTheSame(inTurn(scaling, randomKills(2, 2))),
    longestMs,
  );
  it("answers that are cut off", () => comesToTheSame(under(cutReplies, 2), { proxied: true }), longestMs);
});

it(
  "a zombie commits nothing, and whoever takes its order topic over goes on in time",
  () => comesToTheSame(zombie(goesOnMs)),
  longestMs,
);

it(
  "a chain of pipelines commits what one machine would while brokers are killed",
  () => comesToTheSame(under(brokerKills, 2)),
  longestMs,
);
