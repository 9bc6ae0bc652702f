import { assignPartitions } from "./assign-partitions.ts";
import type { KafkaConfig } from "./kafka-config.ts";
import { kafkaError, protocolTypeOf } from "./kafka-error.ts";
import type { Broker, Cluster, GroupMemberMetadata } from "./kafkajs.ts";
import { decodeAssignment, decodeOwned, encodeAssignment, encodeMember } from "./member-messages.ts";
import { openCluster } from "./open-cluster.ts";
import { Pauses, retry, sleep } from "./retry.ts";

/** Milliseconds without a sign of life after which the coordinator gives a member's partitions to others. */
const sessionTimeoutMs = 10_000;

/** Milliseconds between signs of life; so long it takes at most to learn that the group changes. */
const heartbeatMs = 1_000;

/** Signs of life between looks at how many partitions the topics have. */
const beatsPerLook = 30;

const beatsUntilExpelled = sessionTimeoutMs / heartbeatMs;

const protocolName = "magpie";

/** The other members must join again, with what they have: not an error. */
const rebalancing = "REBALANCE_IN_PROGRESS";

/** The coordinator has given this member up; its partitions may be others' by now. */
const expelled = new Set(["UNKNOWN_MEMBER_ID", "ILLEGAL_GENERATION", "FENCED_INSTANCE_ID"]);

/** A group whose members share the partitions of topics: partition p of all of them goes to one member. */
export interface Group {
  readonly id: string;
  readonly topics: readonly string[];
}

interface Generation {
  readonly coordinator: Broker;
  readonly id: number;
  readonly partitionCounts: ReadonlyMap<string, number>;
}

/**
 * One membership. The group is asked who reads what, and nothing else: no offsets are stored, and no records are fetched, as a
 * KafkaJS consumer would, which also beats only between fetches and gives up for good after some errors.
 */
export class GroupSession {
  readonly #config: KafkaConfig;
  readonly #group: Group;
  readonly #emit: (owned: readonly number[]) => void;
  #memberId = "";
  #owned: readonly number[] = [];

  constructor(config: KafkaConfig, group: Group, emit: (owned: readonly number[]) => void) {
    this.#config = config;
    this.#group = group;
    this.#emit = emit;
  }

  /** Resolves once `signal` is aborted and the group was left. */
  async run(signal: AbortSignal): Promise<void> {
    const { cluster, close } = await openCluster(this.#config);
    try {
      const topics = [...this.#group.topics];
      await retry(`joining ${this.#group.id}`, () => cluster.addMultipleTargetTopics(topics), signal);
      await this.#stay(cluster, signal);
      await this.#leave(cluster);
    } catch (error) {
      if (!signal.aborted) throw error;
    } finally {
      await close();
    }
  }

  async #stay(cluster: Cluster, signal: AbortSignal): Promise<void> {
    let pauses = new Pauses();
    let hasJoined = false;
    while (!signal.aborted) {
      try {
        const generation = await this.#join(cluster);
        hasJoined = true;
        pauses = new Pauses();
        await this.#beat(cluster, generation, signal);
      } catch (error) {
        const type = protocolTypeOf(error);
        if (type === rebalancing) continue;
        if (type !== undefined && expelled.has(type)) this.#lose(type === "UNKNOWN_MEMBER_ID");
        else await this.#pause(error, hasJoined, pauses, signal);
      }
    }
  }

  /** Waits before the next attempt; who had joined once tries for ever, because a cluster that is down comes back. */
  async #pause(error: unknown, hasJoined: boolean, pauses: Pauses, signal: AbortSignal): Promise<void> {
    const coded = kafkaError(`as a member of the group ${this.#group.id}`, error);
    if (hasJoined && coded.code === "MGP_LOG_UNAVAILABLE") await sleep(heartbeatMs, signal);
    else await pauses.after(coded, signal);
  }

  async #join(cluster: Cluster): Promise<Generation> {
    const { id: groupId, topics } = this.#group;
    await cluster.refreshMetadata();
    const partitionCounts = countPartitions(cluster, topics);
    const coordinator = await cluster.findGroupCoordinator({ groupId });
    const joined = await coordinator.joinGroup({
      groupId,
      memberId: this.#memberId,
      sessionTimeout: sessionTimeoutMs,
      rebalanceTimeout: sessionTimeoutMs,
      groupProtocols: [{ name: protocolName, metadata: encodeMember(topics, this.#owned) }],
    });
    this.#memberId = joined.memberId;
    const { memberAssignment } = await coordinator.syncGroup({
      groupId,
      generationId: joined.generationId,
      memberId: joined.memberId,
      groupAssignment: joined.leaderId === joined.memberId ? assign(partitionCounts, joined.members) : [],
    });
    this.#owned = decodeAssignment(memberAssignment);
    this.#emit(this.#owned);
    return { coordinator, id: joined.generationId, partitionCounts };
  }

  /** Returns when the group shall be joined again: topics have more partitions than when it last was. */
  async #beat(cluster: Cluster, generation: Generation, signal: AbortSignal): Promise<void> {
    const { id: groupId, topics } = this.#group;
    let { coordinator } = generation;
    let failed = 0;
    for (let beats = 1; ; beats++) {
      await sleep(heartbeatMs, signal);
      if (signal.aborted) return;
      try {
        await coordinator.heartbeat({ groupId, groupGenerationId: generation.id, memberId: this.#memberId });
        failed = 0;
      } catch (error) {
        failed += 1;
        if (tellsOfGroup(error) || failed > beatsUntilExpelled) throw error;
        // The coordinator went or moved: the membership lives on at the next one.
        await cluster.refreshMetadata().catch(() => {});
        coordinator = await cluster.findGroupCoordinator({ groupId }).catch(() => coordinator);
      }
      if (beats % beatsPerLook !== 0) continue;
      await cluster.refreshMetadata();
      const counts = countPartitions(cluster, topics);
      if (topics.some((topic) => counts.get(topic) !== generation.partitionCounts.get(topic))) return;
    }
  }

  #lose(memberIdToo: boolean): void {
    if (memberIdToo) this.#memberId = "";
    this.#owned = [];
    this.#emit(this.#owned);
  }

  /** So that others take over now and not after the session timeout. */
  async #leave(cluster: Cluster): Promise<void> {
    const { id: groupId } = this.#group;
    const leaving = async () => {
      const coordinator = await cluster.findGroupCoordinator({ groupId });
      await coordinator.leaveGroup({ groupId, memberId: this.#memberId });
    };
    await Promise.race([leaving().catch(() => {}), sleep(heartbeatMs)]);
  }
}

function tellsOfGroup(error: unknown): boolean {
  const type = protocolTypeOf(error);
  return type !== undefined && (type === rebalancing || expelled.has(type));
}

function countPartitions(cluster: Cluster, topics: readonly string[]): ReadonlyMap<string, number> {
  return new Map(topics.map((topic) => [topic, cluster.findTopicPartitionMetadata(topic).length]));
}

function assign(partitionCounts: ReadonlyMap<string, number>, members: readonly GroupMemberMetadata[]) {
  const known = members.map(({ memberId, memberMetadata }) => ({
    id: memberId,
    owned: decodeOwned(memberMetadata),
  }));
  const shares = assignPartitions(Math.max(...partitionCounts.values()), known);
  return [...shares].map(([memberId, partitions]) => ({
    memberId,
    memberAssignment: encodeAssignment(partitionCounts, partitions),
  }));
}
