import { Kafka, logLevel } from "kafkajs";

/** How many brokers of a cluster are up, asked of any of them; 0 when none answers within about a second. */
export async function answeringBrokers(brokers: readonly string[]): Promise<number> {
  const kafka = new Kafka({
    clientId: "magpie-kafka-up",
    brokers: [...brokers],
    logLevel: logLevel.NOTHING,
    connectionTimeout: 1000,
    requestTimeout: 5000,
    retry: { retries: brokers.length - 1, initialRetryTime: 20, maxRetryTime: 50 },
  });
  const admin = kafka.admin();
  try {
    await admin.connect();
    return (await admin.describeCluster()).brokers.length;
  } catch {
    return 0;
  } finally {
    await admin.disconnect();
  }
}
