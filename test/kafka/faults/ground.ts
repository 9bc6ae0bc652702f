import type { KafkaVersion } from "../../../scripts/kafka/kafka-versions.ts";
import { prepareLibrdkafka } from "../librdkafka.ts";
import { startProxies } from "../proxies.ts";
import { startTestCluster } from "../test-cluster.ts";
import type { Ground } from "./trial.ts";

/** A cluster of its own, with proxies before its brokers; `remove` ends it. */
export async function startGround(
  version: KafkaVersion,
  brokers: 1 | 3,
): Promise<Ground & { remove(): Promise<void> }> {
  await prepareLibrdkafka(process.env);
  const cluster = await startTestCluster({ version, brokers, proxied: true });
  const proxies = await startProxies(cluster);
  return {
    cluster,
    proxies,
    async remove() {
      await Promise.all(proxies.map((proxy) => proxy.stop()));
      await cluster.remove();
    },
  };
}
