import { setTimeout } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { api } from "../fault-proxy.ts";
import { openProducer, record, sharedCluster } from "../harness.ts";
import { startProxies } from "../proxies.ts";
import { inputRecord } from "./input-records.ts";
import { anyCommit } from "./scenarios/commits.ts";
import { type Ground, type Trial, tryOut } from "./trial.ts";

/** Each way of breaking exactly-once, in the shortest run that shows it. */
const longestMs = 300_000;

/** Milliseconds after which cutting answers off has come to nothing. */
const patienceMs = 60_000;

let ground: Ground;

beforeAll(async () => {
  const cluster = await sharedCluster();
  ground = { cluster, proxies: await startProxies(cluster) };
});

afterAll(() => Promise.all(ground.proxies.map((proxy) => proxy.stop())));

/**
 * Answers of one broker after the other are cut off, until records have doubled. Meanwhile those of the others are cut off too, or
 * come late: then what was sent to them is still under way when the client tries again.
 */
async function cutUntilDoubled(trial: Trial, request: number, others: "cut" | "late"): Promise<void> {
  const { proxies } = ground;
  const deadline = Date.now() + patienceMs;
  for (let turn = 0; !trial.hasDoubled && Date.now() < deadline; turn++) {
    for (const [i, proxy] of proxies.entries()) {
      const isCut = others === "cut" || i === turn % proxies.length;
      proxy.fail(request, isCut ? { kind: "cutReply" } : { kind: "delayReply", ms: 300 });
    }
    await setTimeout(300);
  }
  for (const proxy of proxies) proxy.heal();
}

describe("the verdict finds", () => {
  it(
    "aborted records that KafkaJS's own filter lets through",
    async () => {
      const { problems } = await tryOut(ground, async (trial) => {
        await trial.feeder.append(30);
        const producer = await openProducer(trial.kafka);
        await producer.begin();
        await producer.send(trial.names.raw, 0, [
          record(String(inputRecord(9_000)), "\0\0\0\0"),
          record(String(inputRecord(9_001))),
        ]);
        await producer.abort();
        await producer.close();
        await trial.feeder.append(30);
        await trial.fleet.start({ mutant: "stock-filter", ownsAll: true }, { untilIdle: true }).ended;
      });
      expect(problems.join("\n")).toMatch(/outputs of \S+ come from what is no input/);
    },
    longestMs,
  );

  it(
    "records doubled by one send to several partitions",
    async () => {
      const { doubled } = await tryOut(
        ground,
        async (trial) => {
          trial.feeder.start({ records: 20, everyMs: 100 });
          trial.fleet.start({ mutant: "joint-sends", ownsAll: true });
          await anyCommit(trial);
          await cutUntilDoubled(trial, api.produce, "late");
        },
        { proxied: true, commit: { records: 16, everyMs: 50 } },
      );
      expect(doubled).toBeGreaterThan(0);
    },
    longestMs,
  );

  it(
    "records doubled by sends to one partition at the same time",
    async () => {
      const { doubled } = await tryOut(
        ground,
        async (trial) => {
          trial.feeder.start({ records: 20, everyMs: 100 });
          trial.fleet.start({ mutant: "sends-at-once", ownsAll: true });
          await anyCommit(trial);
          await cutUntilDoubled(trial, api.produce, "cut");
        },
        { proxied: true, commit: { records: 16, everyMs: 50 } },
      );
      expect(doubled).toBeGreaterThan(0);
    },
    longestMs,
  );

  it(
    "records doubled by a task that restores first and fences its former owner later",
    async () => {
      const { doubled } = await tryOut(ground, async (trial) => {
        trial.feeder.start({ records: 6, everyMs: 100 });
        trial.fleet.start({ mutant: "late-fence", ownsAll: true });
        await anyCommit(trial);
        trial.fleet.start({ mutant: "late-fence", ownsAll: true }, { machine: 2 });
        await trial.trace.first(
          "a takeover",
          ({ event, member }) => event === "committed" && member === "m2",
        );
        await setTimeout(1_000);
      });
      expect(doubled).toBeGreaterThan(0);
    },
    longestMs,
  );

  it(
    "records doubled by a position that is committed to a group, behind the transaction",
    async () => {
      const { doubled } = await tryOut(ground, async (trial) => {
        await trial.feeder.append(300);
        const segment = `${trial.names.dedup}/parallel-1`;
        const broken = { mutant: "group-offset", ownsAll: true } as const;
        await trial.fleet.start({
          ...broken,
          at: { label: "after-end", hit: 1, signal: "SIGKILL", segment },
        }).ended;
        await trial.fleet.start(broken, { untilIdle: true }).ended;
      });
      expect(doubled).toBeGreaterThan(0);
    },
    longestMs,
  );

  it(
    "records doubled by a producer that is kept after a commit without an answer",
    async () => {
      const { doubled } = await tryOut(
        ground,
        async (trial) => {
          trial.feeder.start({ records: 6, everyMs: 100 });
          trial.fleet.start({ mutant: "kept-producer", ownsAll: true });
          await anyCommit(trial);
          await cutUntilDoubled(trial, api.endTxn, "cut");
        },
        { proxied: true },
      );
      expect(doubled).toBeGreaterThan(0);
    },
    longestMs,
  );
});
