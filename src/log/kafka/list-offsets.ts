import { readCommitted, readUncommitted } from "./fetch-partitions.ts";
import type { Broker, Cluster } from "./kafkajs.ts";

/**
 * `start`: the first offset retained. `end`: the one after the last that is committed, where all transactions before have ended.
 * `written`: the one after the last, whether its transaction has ended or not.
 */
export type OffsetKind = "start" | "end" | "written";

const timestamps: Readonly<Record<OffsetKind, number>> = { start: -2, end: -1, written: -1 };

/** Node id → the partitions it leads. */
export type Leaders = { readonly [nodeId: string]: readonly number[] };

/** Offsets by partition. Asks every leader once. */
export async function listOffsets(
  cluster: Cluster,
  topic: string,
  leaders: Leaders,
  kind: OffsetKind,
): Promise<ReadonlyMap<number, bigint>> {
  const answers = Object.entries(leaders).map(async ([nodeId, led]) => {
    const broker: Broker = await cluster.findBroker({ nodeId });
    const { responses } = await broker.listOffsets({
      isolationLevel: kind === "written" ? readUncommitted : readCommitted,
      topics: [{ topic, partitions: led.map((partition) => ({ partition, timestamp: timestamps[kind] })) }],
    });
    return responses.flatMap(({ partitions }) => partitions);
  });
  const offsets = new Map<number, bigint>();
  for (const { partition, offset } of (await Promise.all(answers)).flat())
    offsets.set(partition, BigInt(offset));
  return offsets;
}
