import { protocolTypeOf } from "./kafka-error.ts";
import type { Cluster } from "./kafkajs.ts";

/**
 * Fault: where a broker refuses to name a coordinator, KafkaJS forgets why and reports that there is none, so that a user without
 * rights looks like a cluster that is down. Here what a broker answers is thrown, and only one that does not answer is passed
 * over for the next.
 */
export function truthfulCoordinators(cluster: Cluster): void {
  cluster.findGroupCoordinatorMetadata = async (group) => {
    let silence: unknown = new Error("no broker is known");
    for (const nodeId of cluster.getNodeIds()) {
      try {
        const broker = await cluster.findBroker({ nodeId });
        return await broker.findGroupCoordinator(group);
      } catch (error) {
        if (protocolTypeOf(error) !== undefined) throw error;
        silence = error;
      }
    }
    throw silence;
  };
}
