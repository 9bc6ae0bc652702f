import { Kafka, logLevel, type Message } from "kafkajs";
import { type Measured, startMeasuring } from "../measured.ts";
import { commitEveryMs, type KafkaRun } from "./settings.ts";

/** Its producer copies a batch once per record. */
const batchRecords = 1_000;

/**
 * What nobody can leave out with this client: consume, JSON.parse, JSON.stringify, transactional produce, one position record a
 * commit. One partition per `send`, different ones side by side: otherwise it loses and doubles records.
 */
export async function runKafkaJsLoop({
  brokers,
  source,
  target,
  partitions,
  records,
}: KafkaRun): Promise<Measured> {
  const kafka = new Kafka({ brokers: [...brokers], clientId: "loop", logLevel: logLevel.NOTHING });
  const admin = kafka.admin();
  await admin.connect();
  const positions = `${target}.positions`;
  await admin.createTopics({ topics: [{ topic: positions, numPartitions: 1 }] });
  await admin.disconnect();
  const producer = kafka.producer({
    transactionalId: target,
    maxInFlightRequests: 1,
    createPartitioner:
      () =>
      ({ message }) =>
        message.partition ?? 0,
  });
  const consumer = kafka.consumer({ groupId: target, maxWaitTimeInMs: 100 });
  await Promise.all([producer.connect(), consumer.connect()]);
  await consumer.subscribe({ topic: source, fromBeginning: true });

  let waiting = new Map<number, Message[]>();
  let end: ReturnType<typeof startMeasuring> | undefined;
  let committed = 0;
  await consumer.run({
    autoCommit: false,
    partitionsConsumedConcurrently: partitions,
    eachBatch: async ({ batch }) => {
      end ??= startMeasuring();
      const list = waiting.get(batch.partition) ?? [];
      waiting.set(batch.partition, list);
      for (const { value } of batch.messages) {
        const record = JSON.parse(value!.toString()) as { readonly id: string };
        list.push({ key: record.id, partition: batch.partition, value: JSON.stringify(record) });
      }
    },
  });

  const commit = async () => {
    const taken = waiting;
    waiting = new Map();
    const transaction = await producer.transaction();
    const sends = [...taken].map(async ([, messages]) => {
      for (let start = 0; start < messages.length; start += batchRecords)
        await transaction.send({ topic: target, messages: messages.slice(start, start + batchRecords) });
    });
    const position = { key: "position", partition: 0, value: JSON.stringify({ committed }) };
    await Promise.all([...sends, transaction.send({ topic: positions, messages: [position] })]);
    await transaction.commit();
    for (const messages of taken.values()) committed += messages.length;
  };
  while (committed < records) {
    await new Promise((resolve) => setTimeout(resolve, commitEveryMs));
    if (waiting.size > 0) await commit();
  }
  const measured = end!(records);
  await Promise.all([consumer.disconnect(), producer.disconnect()]);
  return measured;
}
