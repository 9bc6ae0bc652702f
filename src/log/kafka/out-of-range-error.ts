import { MagpieError } from "../../core/errors.ts";
import type { Cluster } from "./kafkajs.ts";
import { listOffsets } from "./list-offsets.ts";

/** For an offset before what is retained, or behind the end of a topic that was deleted and made anew. */
export async function outOfRangeError(
  cluster: Cluster,
  topic: string,
  partition: number,
  offset: bigint,
): Promise<MagpieError> {
  const leaders = cluster.findLeaderForPartitions(topic, [partition]);
  const [start, end] = await Promise.all(
    (["start", "end"] as const).map(async (kind) =>
      (await listOffsets(cluster, topic, leaders, kind)).get(partition),
    ),
  );
  return new MagpieError(
    "MGP_LOG_TRIMMED",
    `${topic}/${partition}/${offset} cannot be read: the log holds offsets ${start} to ${end} (exclusive) there`,
  );
}
