import type { Checkpoint } from "../core/checkpoint.ts";
import type { Log, PartitionOffsets, TaskId } from "../log/log.ts";
import { topicPartition } from "../log/topic-partition.ts";

/** How far a task is behind in one partition that it reads. */
export interface PartitionLag {
  readonly topic: string;
  readonly partition: number;
  /** Records that can be read and are not committed yet. On Kafka an upper bound: offsets may be skipped. */
  readonly records: number;
  /** Messages written behind the last that can be read: their transactions have not ended. */
  readonly undecided: number;
}

/** Gives undefined for a topic that is not there. */
export type AskOffsets = (topic: string) => Promise<readonly PartitionOffsets[] | undefined>;

/** The lags of a task that has committed `checkpoint`, by what `ask` says of its sources. */
export async function readPartitionLags(
  log: Pick<Log, "segments">,
  task: TaskId,
  checkpoint: Checkpoint,
  ask: AskOffsets,
): Promise<readonly PartitionLag[]> {
  const lags = task.segment.sources.map(async (topic) => {
    const all = (await ask(topic)) ?? [];
    // Without segments, one task reads all partitions.
    const own =
      log.segments === undefined ? all : all.filter(({ partition }) => partition === task.partition);
    return own.map((offsets) => lagOf(topic, offsets, checkpoint));
  });
  return (await Promise.all(lags)).flat();
}

function lagOf(
  topic: string,
  { partition, start, end, written }: PartitionOffsets,
  { offsets }: Checkpoint,
): PartitionLag {
  const next = offsets[topicPartition(topic, partition)];
  const unread = end - (next === undefined ? start : BigInt(next));
  // A topic that was made anew may end before what was committed of the old one.
  return { topic, partition, records: Math.max(0, Number(unread)), undecided: Number(written - end) };
}
