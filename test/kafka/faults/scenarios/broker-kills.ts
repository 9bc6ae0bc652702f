import { anyCommit } from "./commits.ts";
import type { Trouble } from "./scenario.ts";

/** A broker is killed; the others take over; it comes back. */
export const brokerKills: Trouble = {
  name: "kill -9 of a broker",
  proxied: false,
  async strike(trial, random) {
    const { cluster } = trial.ground;
    const broker = cluster.broker(1 + Math.floor(random() * cluster.brokers.length));
    await broker.kill();
    try {
      await anyCommit(trial);
    } finally {
      await broker.start();
      await cluster.ready();
    }
    await anyCommit(trial);
  },
};
