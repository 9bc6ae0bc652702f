import type { PartitionRange } from "../log.ts";
import type { KafkaConfig } from "./kafka-config.ts";
import { protocolTypeOf } from "./kafka-error.ts";
import type { Broker, Metadata } from "./kafkajs.ts";
import { listOffsets, type OffsetKind } from "./list-offsets.ts";
import { type OpenCluster, openCluster, requestTimeoutMs } from "./open-cluster.ts";
import { retry, sleep } from "./retry.ts";
import { replicaBytes } from "./topic-bytes.ts";
import { changeConfig, type DescribedConfig, describeConfig, type TopicConfig } from "./topic-config.ts";
import { topicId } from "./topic-id.ts";
import { transactionTimeoutMs } from "./transaction-timeout.ts";

/** Milliseconds a transaction of ours may last at most, and those its end takes to be seen. */
const settleMarginMs = 2_000;
const longestSettlePauseMs = 100;

/** As many replicas as the cluster has set. */
const defaultReplicas = -1;

/**
 * What is to be known and changed of topics. KafkaJS's own admin takes 5 s to set an offset and 13.7 s to delete a topic that is
 * not there, and answers before all brokers know of a change; here each call ends when every broker does.
 *
 * All calls throw MGP_LOG_UNAVAILABLE and MGP_LOG_UNAUTHORIZED.
 */
export class KafkaAdmin {
  readonly #connection: OpenCluster;

  private constructor(connection: OpenCluster) {
    this.#connection = connection;
  }

  /** Throws MGP_LOG_UNAVAILABLE, MGP_LOG_AUTHENTICATION. */
  static async open(config: KafkaConfig): Promise<KafkaAdmin> {
    return new KafkaAdmin(await openCluster(config));
  }

  /** Names of all topics but Kafka's own, in order. */
  async list(): Promise<readonly string[]> {
    const { topicMetadata } = await this.#attempt("listing the topics", async () => this.#metadata([]));
    return topicMetadata.flatMap(({ topic, isInternal }) => (isInternal ? [] : topic)).sort();
  }

  /** How many partitions the topic has; undefined when it does not exist. */
  async partitions(topic: string): Promise<number | undefined> {
    const metadata = await this.#attempt(`looking for ${topic}`, () => orUnknown(this.#metadata([topic])));
    return metadata?.topicMetadata[0]?.partitionMetadata.length;
  }

  /** Tells a topic that was deleted and made anew from what it was; undefined when it does not exist. */
  async id(topic: string): Promise<string | undefined> {
    return this.#attempt(`looking for ${topic}`, async () => topicId(await this.#controller(), topic));
  }

  /** Does nothing when the topic exists. Throws MGP_TOPIC_CONFLICT for settings the cluster refuses. */
  async create(topic: string, partitions: number, config: TopicConfig): Promise<void> {
    const configEntries = Object.entries(config).map(([name, value]) => ({ name, value }));
    const wanted = { topic, numPartitions: partitions, replicationFactor: defaultReplicas, configEntries };
    await this.#change(`creating ${topic}`, async (controller) => {
      try {
        await controller.createTopics({ topics: [wanted], timeout: requestTimeoutMs });
      } catch (error) {
        if (protocolTypeOf(error) !== "TOPIC_ALREADY_EXISTS") throw error;
      }
    });
    await this.#known(topic, (found) => (found?.length ?? 0) > 0);
  }

  /** Adds partitions, so that there are `count`. Throws MGP_TOPIC_CONFLICT when there are more already. */
  async addPartitions(topic: string, count: number): Promise<void> {
    await this.#change(`adding partitions to ${topic}`, async (controller) => {
      await controller.createPartitions({ topicPartitions: [{ topic, count }], timeout: requestTimeoutMs });
    });
    await this.#known(topic, (found) => found?.length === count);
  }

  /** Throws MGP_TOPIC_UNKNOWN. */
  async describeConfig(topic: string): Promise<DescribedConfig> {
    return this.#attempt(`describing ${topic}`, async () => describeConfig(await this.#controller(), topic));
  }

  /** Sets these and leaves the others; undefined goes back to the default. Throws MGP_TOPIC_UNKNOWN, MGP_TOPIC_CONFLICT. */
  async changeConfig(topic: string, changes: { readonly [name: string]: string | undefined }): Promise<void> {
    await this.#change(`configuring ${topic}`, (controller) => changeConfig(controller, topic, changes));
    await this.#onEveryBroker(topic, async (broker) => {
      const { own } = await describeConfig(broker, topic);
      return Object.entries(changes).every(([name, value]) => own[name] === value);
    });
  }

  /** Does nothing when there is no such topic. */
  async delete(topic: string): Promise<void> {
    await this.#change(`deleting ${topic}`, (controller) =>
      orUnknown(controller.deleteTopics({ topics: [topic], timeout: requestTimeoutMs })),
    );
    await this.#known(topic, (found) => found === undefined);
  }

  /** What is retained and committed of each partition, in order. Throws MGP_TOPIC_UNKNOWN. */
  async ranges(topic: string): Promise<readonly PartitionRange[]> {
    const [starts, ends] = await Promise.all([this.#offsets(topic, "start"), this.#offsets(topic, "end")]);
    return [...starts.keys()]
      .sort((a, b) => a - b)
      .map((partition) => ({ partition, start: starts.get(partition)!, end: ends.get(partition)! }));
  }

  /**
   * The same, once all transactions have ended that were under way at the time of the call: what a commit has reported done is in
   * these ranges, though brokers answer before they mark it in the partitions. Waits no longer than a transaction may last.
   */
  async settledRanges(topic: string): Promise<readonly PartitionRange[]> {
    const written = await this.written(topic);
    let left = transactionTimeoutMs + settleMarginMs;
    for (let pause = 2; ; pause = Math.min(longestSettlePauseMs, pause * 2)) {
      const ranges = await this.ranges(topic);
      const isSettled = ranges.every(({ partition, end }) => end >= (written.get(partition) ?? 0n));
      if (isSettled || left <= 0) return ranges;
      await sleep(pause);
      left -= pause;
    }
  }

  /** The offset behind the last record of each partition, committed or not. Throws MGP_TOPIC_UNKNOWN. */
  async written(topic: string): Promise<ReadonlyMap<number, bigint>> {
    return this.#offsets(topic, "written");
  }

  /** Bytes of the topic's records, of one replica; undefined when the brokers do not tell this user. Throws MGP_TOPIC_UNKNOWN. */
  async bytes(topic: string): Promise<number | undefined> {
    return this.#attempt(`measuring ${topic}`, async () => {
      const { brokers, topicMetadata } = await this.#metadata([topic]);
      const partitions = topicMetadata[0]!.partitionMetadata.map(({ partitionId }) => partitionId);
      const answers = brokers.map(async ({ nodeId }) =>
        replicaBytes(await this.#connection.cluster.findBroker({ nodeId }), topic, partitions),
      );
      // Replicas that lag, or were compacted, are smaller.
      const largest = new Map<number, number>();
      for (const { partition, bytes } of (await Promise.all(answers)).flat())
        largest.set(partition, Math.max(bytes, largest.get(partition) ?? 0));
      if (largest.size === 0) return undefined;
      return [...largest.values()].reduce((sum, bytes) => sum + bytes, 0);
    });
  }

  /** Members of a group; 0 when there is no such group. */
  async groupMembers(groupId: string): Promise<number> {
    return this.#attempt(`describing the group ${groupId}`, async () => {
      const coordinator = await this.#connection.cluster.findGroupCoordinator({ groupId });
      const { groups } = await coordinator.describeGroups({ groupIds: [groupId] });
      return groups[0]?.members.length ?? 0;
    });
  }

  async close(): Promise<void> {
    await this.#connection.close();
  }

  #offsets(topic: string, kind: OffsetKind): Promise<ReadonlyMap<number, bigint>> {
    return this.#attempt(`listing the offsets of ${topic}`, async () => {
      const { topicMetadata } = await this.#metadata([topic]);
      const leaders: { [nodeId: string]: number[] } = {};
      for (const { leader, partitionId } of topicMetadata[0]!.partitionMetadata)
        leaders[leader] = [...(leaders[leader] ?? []), partitionId];
      return listOffsets(this.#connection.cluster, topic, leaders, kind);
    });
  }

  async #change(doing: string, change: (controller: Broker) => Promise<unknown>): Promise<void> {
    await this.#attempt(doing, async () => change(await this.#controller()));
  }

  /** Makes a call, again while brokers move; each time with what is known of them anew. */
  #attempt<T>(doing: string, call: () => Promise<T>): Promise<T> {
    let isAgain = false;
    return retry(doing, async () => {
      if (isAgain) await this.#connection.cluster.refreshMetadata();
      isAgain = true;
      return call();
    });
  }

  async #controller(): Promise<Broker> {
    const { cluster } = this.#connection;
    if (cluster.brokerPool.metadata === null) await cluster.refreshMetadata();
    return cluster.findControllerBroker();
  }

  async #metadata(topics: readonly string[]): Promise<Metadata> {
    return (await this.#controller()).metadata(topics);
  }

  /** Resolves when every broker's knowledge of the topic's partitions is as it should be. */
  async #known(
    topic: string,
    isRight: (partitions: readonly unknown[] | undefined) => boolean,
  ): Promise<void> {
    await this.#onEveryBroker(topic, async (broker) => {
      const metadata = await orUnknown(broker.metadata([topic]));
      return isRight(metadata?.topicMetadata[0]?.partitionMetadata);
    });
  }

  async #onEveryBroker(topic: string, knows: (broker: Broker) => Promise<boolean>): Promise<void> {
    const { cluster } = this.#connection;
    await this.#attempt(`waiting for all brokers to know of ${topic}`, async () => {
      for (const { nodeId } of cluster.brokerPool.metadata?.brokers ?? [])
        if (!(await knows(await cluster.findBroker({ nodeId }))))
          throw new Error(`broker ${nodeId} does not`);
    });
  }
}

/** Undefined instead of the error that there is no such topic. */
async function orUnknown<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (protocolTypeOf(error) === "UNKNOWN_TOPIC_OR_PARTITION") return undefined;
    throw error;
  }
}
