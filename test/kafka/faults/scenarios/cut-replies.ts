import { setTimeout } from "node:timers/promises";
import { api } from "../../fault-proxy.ts";
import { anyCommit } from "./commits.ts";
import type { Trouble } from "./scenario.ts";

/** Milliseconds within which a member must have run into it. */
const withinMs = 30_000;

/** Brokers get a request and act on it, and the answer never arrives: of an EndTxn, of a Produce. */
export const cutReplies: Trouble = {
  name: "the answer to EndTxn, to Produce is cut off",
  proxied: true,
  async strike(trial, random) {
    const { proxies } = trial.ground;
    for (const request of [api.endTxn, api.produce]) {
      const failed = () => proxies.reduce((sum, proxy) => sum + proxy.failed, 0);
      const before = failed();
      const times = 1 + Math.floor(random() * 2);
      for (const proxy of proxies) proxy.fail(request, { kind: "cutReply" }, times);
      const deadline = Date.now() + withinMs;
      try {
        while (failed() === before) {
          if (Date.now() > deadline) throw new Error("no answer was cut off: nobody wrote");
          await setTimeout(20);
        }
        await setTimeout(500);
      } finally {
        for (const proxy of proxies) proxy.heal();
      }
      await anyCommit(trial);
    }
  },
};
