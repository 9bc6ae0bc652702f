import type { Cluster, RawConnection } from "./kafkajs.ts";

/**
 * Fault: when a connection breaks in the middle of an answer, KafkaJS keeps the bytes it had and puts what comes over the next
 * connection behind them. From then on no answer is understood and every request to that broker times out. Two callers that
 * find a connection gone also open two sockets, whose answers mix. So every connection of `cluster` starts empty, and callers
 * share one attempt.
 */
export function freshConnections(cluster: Cluster): void {
  const builder = cluster.connectionPoolBuilder;
  const build = builder.build.bind(builder);
  builder.build = async (destination) => {
    const pool = await build(destination);
    for (const connection of pool.pool) startFresh(connection);
    return pool;
  };
}

function startFresh(connection: RawConnection): void {
  const connect = connection.connect.bind(connection);
  let underway: Promise<boolean> | undefined;
  connection.connect = () => {
    if (connection.isConnected()) return Promise.resolve(true);
    underway ??= begin().finally(() => {
      underway = undefined;
    });
    return underway;
  };
  const begin = () => {
    connection.chunks = [];
    connection.bytesBuffered = 0;
    connection.bytesNeeded = 4;
    connection.authHandlers = null;
    return connect();
  };
}
