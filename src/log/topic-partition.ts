import type { Checkpoint } from "../core/checkpoint.ts";

/** The key of {@link Checkpoint.offsets}. */
export function topicPartition(topic: string, partition: number): string {
  return `${topic}/${partition}`;
}

/** Next offset to read of one partition; undefined when the checkpoint does not name it. */
export function nextOffset(
  checkpoint: Checkpoint | undefined,
  topic: string,
  partition: number,
): number | undefined {
  const offset = checkpoint?.offsets[topicPartition(topic, partition)];
  return offset === undefined ? undefined : Number(offset);
}
