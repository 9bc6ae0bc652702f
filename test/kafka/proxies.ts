import type { LocalCluster } from "../../scripts/kafka/local-cluster.ts";
import { FaultProxy } from "./fault-proxy.ts";

/** Proxies before every broker, for clients of the listener PROXIED. */
export function startProxies(cluster: LocalCluster): Promise<readonly FaultProxy[]> {
  return Promise.all(
    cluster.spec.brokers.map(({ listeners }) => {
      const proxied = listeners.find(({ advertised }) => advertised !== undefined);
      return FaultProxy.start(proxied!.advertised!, proxied!.port);
    }),
  );
}
