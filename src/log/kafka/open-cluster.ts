import { connect as connectPlain, type Socket } from "node:net";
import { connect as connectTls } from "node:tls";
import type { SASLOptions } from "kafkajs";
import { freshConnections } from "./fresh-connections.ts";
import type { KafkaConfig, TlsConfig } from "./kafka-config.ts";
import { kafkaError } from "./kafka-error.ts";
import { type Cluster, ClusterClass, silentLogger } from "./kafkajs.ts";
import { ownBatches } from "./own-batches.ts";
import { truthfulCoordinators } from "./truthful-coordinators.ts";

/** Milliseconds an answer, or a connection, may take. Less than a transaction may last. */
export const requestTimeoutMs = 8_000;

/** Sockets and metadata of one user: a reader, a producer, a group member or an admin. They are not shared. */
export interface OpenCluster {
  readonly cluster: Cluster;
  /** Closes the sockets at once: a request in flight fails rather than holding the caller up. */
  close(): Promise<void>;
}

/** Connects to a broker. Throws MGP_LOG_UNAVAILABLE, MGP_LOG_AUTHENTICATION. */
export async function openCluster(config: KafkaConfig): Promise<OpenCluster> {
  const sockets = new Set<Socket>();
  let isClosed = false;
  const cluster = new ClusterClass({
    brokers: config.brokers,
    clientId: config.clientId,
    ssl: config.tls && tlsOptions(config.tls),
    // A copy: the client keeps its authenticator there.
    sasl: config.sasl && ({ ...config.sasl } as SASLOptions),
    connectionTimeout: requestTimeoutMs,
    requestTimeout: requestTimeoutMs,
    metadataMaxAge: 300_000,
    retry: { initialRetryTime: 50, maxRetryTime: 500, multiplier: 2, retries: config.brokers.length + 2 },
    allowAutoTopicCreation: false,
    socketFactory: ({ host, port, ssl, onConnect }) => {
      // What the client still tries again after a close shall come to nothing.
      if (isClosed) throw new Error("closed by this client");
      const socket = ssl
        ? connectTls({ host, port, ...ssl }, onConnect)
        : connectPlain({ host, port }, onConnect);
      // Fault: KafkaJS closes a socket that could not connect again at every later error, and each time it adds a listener.
      socket.setMaxListeners(0);
      socket.setNoDelay(true);
      socket.setKeepAlive(true, 60_000);
      sockets.add(socket);
      socket.on("close", () => sockets.delete(socket));
      return socket;
    },
    logger: silentLogger,
  });
  freshConnections(cluster);
  truthfulCoordinators(cluster);
  ownBatches(cluster);
  const close = async () => {
    isClosed = true;
    const disconnected = cluster.disconnect();
    for (const socket of sockets) socket.destroy(new Error("closed by this client"));
    await disconnected.catch(() => {});
  };
  try {
    await cluster.connect();
    return { cluster, close };
  } catch (error) {
    await close();
    throw kafkaError(`connecting to ${config.brokers.join()}`, error);
  }
}

function tlsOptions({ ca, client }: TlsConfig): object {
  return { ...(ca && { ca: [ca] }), ...(client && { cert: client.certificate, key: client.key }) };
}
