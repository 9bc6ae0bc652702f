import { ByteReader } from "./byte-reader.ts";
import { type Broker, Encoder } from "./kafkajs.ts";

const describeLogDirs = 35;

interface PartitionBytes {
  readonly partition: number;
  readonly bytes: number;
}

/**
 * What a broker's replicas of a topic take on its disks, by partition. KafkaJS does not have this request. A user without the
 * right to describe the cluster is told nothing.
 */
export async function replicaBytes(
  broker: Broker,
  topic: string,
  partitions: readonly number[],
): Promise<readonly PartitionBytes[]> {
  const wanted = new Encoder().writeString(topic).writeArray(partitions);
  return broker.connectionPool.send({
    request: {
      apiKey: describeLogDirs,
      apiVersion: 1,
      apiName: "DescribeLogDirs",
      encode: async () => new Encoder().writeArray([wanted]),
    },
    response: {
      decode: async (payload) => ({ sizes: readSizes(new ByteReader(payload)) }),
      parse: async ({ sizes }: { readonly sizes: readonly PartitionBytes[] }) => sizes,
    },
  });
}

function readSizes(reader: ByteReader): readonly PartitionBytes[] {
  reader.int32(); // how long the broker held the answer back
  const folders = reader.array(() => {
    reader.int16(); // an error, with no sizes then
    reader.string();
    return reader.array(() => {
      reader.string();
      return reader.array(() => {
        const size = { partition: reader.int32(), bytes: Number(reader.int64()) };
        reader.int64(); // how far the replica lags
        reader.int8(); // whether it is being moved
        return size;
      });
    });
  });
  return folders.flat(2);
}
