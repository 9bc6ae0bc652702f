import { maxChunkRecords } from "../../../../src/core/limits.ts";
import type { KafkaConfig } from "../../../../src/log/kafka/kafka-config.ts";
import type { Broker } from "../../../../src/log/kafka/kafkajs.ts";
import { toMessage } from "../../../../src/log/kafka/message.ts";
import { openCluster } from "../../../../src/log/kafka/open-cluster.ts";
import { PartitionReader } from "../../../../src/log/kafka/partition-reader.ts";
import { retry } from "../../../../src/log/kafka/retry.ts";
import { jsonCodec } from "../../../../src/log/kafka/value-codec.ts";
import type { TaskId, TaskLog } from "../../../../src/log/log.ts";

const bufferBytes = 8 << 20;

/** What a coordinator also answers. */
interface OffsetCoordinator extends Broker {
  offsetFetch(request: { groupId: string; topics: readonly object[] }): Promise<{
    responses: readonly { topic: string; partitions: readonly { offset: string }[] }[];
  }>;
  offsetCommit(request: {
    groupId: string;
    groupGenerationId: number;
    memberId: string;
    topics: readonly object[];
  }): Promise<unknown>;
}

/** The task, going on from the offset that was last committed to a group. It is committed after each transaction. */
export async function followingGroup(
  task: TaskLog,
  { segment, partition }: TaskId,
  kafka: KafkaConfig,
  groupId: string,
): Promise<TaskLog> {
  const { cluster, close } = await openCluster(kafka);
  await cluster.refreshMetadata();
  const coordinator = (await cluster.findGroupCoordinator({ groupId })) as OffsetCoordinator;
  const { responses } = await retry("asking for a group's offsets", () =>
    coordinator.offsetFetch({
      groupId,
      topics: segment.sources.map((topic) => ({ topic, partitions: [{ partition }] })),
    }),
  );
  const starts = responses.map(({ topic, partitions }) => {
    const offset = BigInt(partitions[0]!.offset);
    return { topic, partition, offset: offset < 0n ? 0n : offset };
  });
  const reader = await PartitionReader.open(kafka, starts, bufferBytes);
  const offsets = Object.fromEntries(
    starts.map(({ topic, offset }) => [`${topic}/${partition}`, String(offset)]),
  );
  return {
    checkpoint: task.checkpoint && { ...task.checkpoint, offsets },
    state: task.state,
    async read({ records, bytes }, signal) {
      const read = await reader.read({ records: Math.min(records, maxChunkRecords), bytes }, signal);
      return { messages: read.records.map((record) => toMessage(record, jsonCodec)) };
    },
    async commit(commit) {
      await task.commit(commit);
      await coordinator.offsetCommit({
        groupId,
        groupGenerationId: -1,
        memberId: "",
        topics: segment.sources.map((topic) => ({
          topic,
          partitions: [{ partition, offset: commit.checkpoint.offsets[`${topic}/${partition}`] ?? "0" }],
        })),
      });
    },
    async close() {
      await Promise.all([reader.close(), close()]);
      await task.close();
    },
  };
}
