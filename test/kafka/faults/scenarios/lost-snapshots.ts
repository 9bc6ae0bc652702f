import { cp, rm, truncate } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { decodePosition, positionKey } from "../../../../src/log/kafka/changelog.ts";
import { KafkaAdmin } from "../../../../src/log/kafka/kafka-admin.ts";
import { readRange } from "../../../../src/log/kafka/read-range.ts";
import type { Trial } from "../trial.ts";
import { commitsOf } from "./commits.ts";
import { feed } from "./feed.ts";
import type { Scenario } from "./scenario.ts";

/** Milliseconds in which the brokers must have compacted. */
const compactedMs = 60_000;

/** Bytes a damaged file keeps: its head, so that it is opened. */
const keptBytes = 20_000;

/**
 * The state is restored again and again from what is left: from the compacted changelog alone, from a snapshot that is older than
 * the changelog, from one that is damaged.
 */
export const lostSnapshots: Scenario = {
  name: "changelog compacted and snapshot dropped, stale, corrupt",
  async disturb(trial) {
    trial.feeder.start(feed);
    const tasks = trial.names.orders.map((segment) => `${segment}/0`);
    let member = trial.fleet.start({ ownsAll: true });
    const restart = async (meanwhile: () => Promise<unknown>) => {
      await Promise.all(tasks.map((task) => commitsOf(trial, task, 3)));
      await member.kill();
      await meanwhile();
      member = trial.fleet.start({ ownsAll: true });
    };
    await restart(async () => {
      await Promise.all(
        tasks.map((task) => cp(trial.snapshotOf(task), copyOf(trial, task), { recursive: true })),
      );
    });
    await compacted(trial, tasks);
    await restart(() => Promise.all(tasks.map((task) => drop(trial, task))));
    await restart(async () => {
      for (const task of tasks) {
        await drop(trial, task);
        await cp(copyOf(trial, task), trial.snapshotOf(task), { recursive: true });
      }
    });
    await restart(() => Promise.all(tasks.map((task) => damage(trial, task))));
    await Promise.all(tasks.map((task) => commitsOf(trial, task, 2)));
  },
};

function copyOf(trial: Trial, task: string): string {
  return join(trial.folder, "copies", task.replaceAll("/", "."));
}

async function drop(trial: Trial, task: string): Promise<void> {
  await rm(trial.snapshotOf(task), { recursive: true });
}

async function damage(trial: Trial, task: string): Promise<void> {
  await truncate(join(trial.snapshotOf(task), "data.mdb"), keptBytes);
}

/** Has the brokers compact the tasks' changelogs while they are being written, and waits until they have. */
async function compacted(trial: Trial, tasks: readonly string[]): Promise<void> {
  const admin = await KafkaAdmin.open(trial.kafka);
  try {
    const topics = tasks.map(
      (task) => `${trial.setup.name}.${task.split("/").slice(0, 2).join(".")}.changelog`,
    );
    for (const topic of topics)
      await admin.changeConfig(topic, { "segment.ms": "500", "min.cleanable.dirty.ratio": "0.01" });
    const deadline = Date.now() + compactedMs;
    for (const topic of topics)
      while (!(await isCompacted(trial, admin, topic))) {
        if (Date.now() > deadline) throw new Error(`${topic} was not compacted`);
        await setTimeout(500);
      }
  } finally {
    await admin.close();
  }
}

/** Compaction leaves of the positions, one for each commit, only the last. */
async function isCompacted(trial: Trial, admin: KafkaAdmin, topic: string): Promise<boolean> {
  const [range] = await admin.ranges(topic);
  const places = { topic, partition: 0, from: range!.start, to: range!.end };
  let first: number | undefined;
  for await (const { key, value } of readRange(trial.kafka, places))
    if (key?.equals(positionKey)) first ??= decodePosition(value)?.checkpoint.commit;
  return (first ?? 0) > 1;
}
