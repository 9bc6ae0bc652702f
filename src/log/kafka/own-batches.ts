import { ByteWriter } from "./byte-writer.ts";
import { codecOf } from "./codecs/codecs.ts";
import { encodeBatch } from "./encode-batch.ts";
import { type Broker, type Cluster, Encoder, type ProduceRequest, produceRequest } from "./kafkajs.ts";

/**
 * Has `cluster` send record batches that {@link encodeBatch} wrote. KafkaJS goes on deciding when and to whom they are sent, with which
 * sequence numbers, and what an answer means; its own encoder takes most of what it costs to write to Kafka.
 */
export function ownBatches(cluster: Cluster): void {
  const { brokerPool } = cluster;
  const createBroker = brokerPool.createBroker;
  brokerPool.createBroker = (options) => {
    const broker = createBroker(options);
    broker.produce = (request) => produce(broker, request);
    return broker;
  };
}

async function produce(broker: Broker, sent: ProduceRequest): Promise<unknown> {
  const { request, response } = produceRequest(sent);
  const encode = async () => new Encoder().writeBuffer(await encodeRequest(sent));
  try {
    return await broker.connectionPool.send({ request: { ...request, encode }, response });
  } catch (error) {
    if ((error as Error).name === "KafkaJSConnectionClosedError") await broker.disconnect();
    throw error;
  }
}

/** Of version 7: all brokers from 2.1 on take it. */
async function encodeRequest({ topicData, ...sent }: ProduceRequest): Promise<Buffer> {
  const codec = sent.compression === 0 ? undefined : codecOf(sent.compression);
  const packing = codec && { type: sent.compression, pack: (records: Buffer) => codec.compress(records) };
  const origin = { producerId: BigInt(String(sent.producerId)), producerEpoch: sent.producerEpoch };
  const writer = new ByteWriter();
  writer.text(sent.transactionalId).int16(sent.acks).int32(sent.timeout).int32(topicData.length);
  for (const { topic, partitions } of topicData) {
    writer.text(topic).int32(partitions.length);
    for (const { partition, firstSequence, messages } of partitions) {
      const records = messages.map(({ record }) => record);
      const batch = await encodeBatch(records, { ...origin, firstSequence }, packing);
      writer.int32(partition).int32(batch.length).bytes(batch);
    }
  }
  return writer.toBuffer();
}
