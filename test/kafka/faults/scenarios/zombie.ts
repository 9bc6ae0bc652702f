import { committedBy } from "./commits.ts";
import { feed } from "./feed.ts";
import type { Scenario } from "./scenario.ts";

/** Milliseconds within which others go on: session timeout, transaction timeout, and ten seconds. */
export const goesOnMs = 30_000;

/** The same when the cluster is in trouble at that time. */
export const goesOnInTroubleMs = 90_000;

/**
 * The owner of an order topic is stopped amid a transaction. Another member takes over when the group has noticed; then the first
 * one wakes, and commits what it had sent.
 */
export const zombie = (withinMs: number): Scenario => ({
  name: "SIGSTOP past the session timeout, then SIGCONT",
  async disturb(trial) {
    trial.feeder.start(feed);
    const [segment] = trial.names.orders;
    const task = `${segment}/0`;
    const at = { label: "after-produce", hit: 1, signal: "SIGSTOP", segment, whenArmed: true } as const;
    const first = trial.fleet.start({ at });
    await committedBy(trial, first.name);
    const second = trial.fleet.start({}, { machine: 2 });
    await committedBy(trial, second.name);
    const since = Date.now();
    first.signal("SIGUSR2");
    const stopped = await trial.trace.first(
      `${first.name} stopping`,
      ({ event, member }) => event === "signalled" && member === first.name,
      { since },
    );
    const next = await trial.trace.first(
      `another owner of ${task} going on`,
      (event) => event.event === "committed" && event.task === task && event.member === second.name,
      { since: stopped.at, withinMs },
    );
    trial.note("milliseconds until the order topic had another owner at work", next.at - stopped.at);
    first.signal("SIGCONT");
    await trial.trace.first(
      `the refusal of ${first.name}`,
      ({ event, member }) => event === "refused" && member === first.name,
      { since: next.at },
    );
    await committedBy(trial, second.name);
  },
});
