import { AssignerProtocol } from "kafkajs";
import type { Subscription } from "rxjs";
import { afterEach, beforeAll, describe, expect, it } from "vitest";
import type { LocalCluster } from "../../scripts/kafka/local-cluster.ts";
import type { KafkaConfig } from "../../src/log/kafka/kafka-config.ts";
import { openCluster } from "../../src/log/kafka/open-cluster.ts";
import { ownedPartitions } from "../../src/log/kafka/owned-partitions.ts";
import { configFor, makeTopic, sharedCluster, stockKafka, unique } from "./harness.ts";

describe("the members of a group", () => {
  let cluster: LocalCluster;
  let config: KafkaConfig;
  const subscriptions: Subscription[] = [];

  beforeAll(async () => {
    cluster = await sharedCluster();
    config = configFor(cluster);
  });

  afterEach(() => {
    for (const subscription of subscriptions.splice(0)) subscription.unsubscribe();
  });

  /** What a member was given so far. */
  function join(id: string, topics: readonly string[]) {
    const given: (readonly number[])[] = [];
    const errors: unknown[] = [];
    const subscription = ownedPartitions(config, { id, topics }).subscribe({
      next: (owned) => given.push(owned),
      error: (error) => errors.push(error),
    });
    subscriptions.push(subscription);
    return { given, errors, last: () => given.at(-1), leave: () => subscription.unsubscribe() };
  }

  async function until(condition: () => boolean): Promise<void> {
    for (let i = 0; i < 600 && !condition(); i++) await new Promise((resolve) => setTimeout(resolve, 50));
    expect(condition()).toBe(true);
  }

  const has = (member: ReturnType<typeof join>, ...owned: number[]) =>
    String(member.last()) === String(owned);

  it("share partitions, keep what they had, and take over what others leave", async () => {
    const id = unique("group");
    const topics = [await makeTopic(config, { partitions: 2 }), await makeTopic(config, { partitions: 4 })];
    const first = join(id, topics);
    await until(() => has(first, 0, 1, 2, 3));
    const second = join(id, topics);
    await until(() => has(first, 0, 1) && has(second, 2, 3));
    first.leave();
    await until(() => has(second, 0, 1, 2, 3));
    expect(first.given).toEqual([
      [0, 1, 2, 3],
      [0, 1],
    ]);
  });

  it("own partition p of every topic together", async () => {
    const id = unique("group");
    const topics = [await makeTopic(config, { partitions: 2 }), await makeTopic(config, { partitions: 3 })];
    const members = [join(id, topics), join(id, topics)];
    await until(() => {
      const shares = members.map((member) => member.last()?.length ?? 0);
      return shares[0]! + shares[1]! === 3 && Math.min(...shares) === 1;
    });
    const admin = stockKafka(config.brokers).admin();
    await admin.connect();
    const [group] = (await admin.describeGroups([id])).groups;
    await admin.disconnect();
    // As any tool sees it: the standard form of an assignment.
    const assigned = group!.members.map(({ memberAssignment }) => decode(memberAssignment));
    for (const { [topics[0]!]: two, [topics[1]!]: three } of assigned)
      expect(two).toEqual(three!.filter((partition) => partition < 2));
    expect(assigned.flatMap(({ [topics[1]!]: three }) => three!).sort()).toEqual([0, 1, 2]);
  });

  it("learn that they were put out, and join again", async () => {
    const id = unique("group");
    const member = join(id, [await makeTopic(config, { partitions: 2 })]);
    await until(() => has(member, 0, 1));
    await putOut(id);
    await until(() => member.given.length === 3);
    expect(member.given).toEqual([[0, 1], [], [0, 1]]);
  });

  it("stay members while the coordinator is killed and started again", async () => {
    const id = unique("group");
    const member = join(id, [await makeTopic(config, { partitions: 2 })]);
    await until(() => has(member, 0, 1));
    const { cluster: client, close } = await openCluster(config);
    await client.refreshMetadata();
    const { nodeId } = await client.findGroupCoordinator({ groupId: id });
    await close();
    const broker = cluster.broker(Number(nodeId));
    await broker.kill();
    await new Promise((resolve) => setTimeout(resolve, 3000));
    await broker.start();
    await cluster.ready();
    const other = join(id, [await makeTopic(config, { partitions: 2 })]);
    await until(() => (other.given.at(-1)?.length ?? 0) + (member.last()?.length ?? 0) === 2);
    expect(member.errors).toEqual([]);
  });

  it("fail when a topic does not exist", async () => {
    const member = join(unique("group"), ["nowhere"]);
    await until(() => member.errors.length > 0);
    expect(member.errors).toMatchObject([{ code: "MGP_TOPIC_UNKNOWN" }]);
  });

  /** As the coordinator does with a member that is silent for too long. */
  async function putOut(groupId: string): Promise<void> {
    const admin = stockKafka(config.brokers).admin();
    await admin.connect();
    const [group] = (await admin.describeGroups([groupId])).groups;
    await admin.disconnect();
    const { cluster: client, close } = await openCluster(config);
    await client.refreshMetadata();
    const coordinator = await client.findGroupCoordinator({ groupId });
    for (const { memberId } of group!.members) await coordinator.leaveGroup({ groupId, memberId });
    await close();
  }
});

function decode(assignment: Buffer): { [topic: string]: number[] } {
  return AssignerProtocol.MemberAssignment.decode(assignment)!.assignment;
}
