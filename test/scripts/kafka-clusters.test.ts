import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { brokerProperties } from "../../scripts/kafka/broker-properties.ts";
import type { ClusterSpec } from "../../scripts/kafka/cluster-spec.ts";
import { composeFile } from "../../scripts/kafka/compose-cluster.ts";
import { findJava } from "../../scripts/kafka/find-java.ts";
import { LocalCluster } from "../../scripts/kafka/local-cluster.ts";
import { freePorts } from "../../scripts/kafka/ports.ts";

function specOf(count: number, port: number): ClusterSpec {
  return {
    version: "4",
    brokers: Array.from({ length: count }, (_, i) => ({
      id: i + 1,
      controllerPort: port + 2 * i + 1,
      listeners: [{ name: "CLIENT", protocol: "PLAINTEXT", port: port + 2 * i }],
    })),
  };
}

describe("a cluster for development", () => {
  const servers: ReturnType<typeof createServer>[] = [];

  afterEach(() => {
    for (const server of servers.splice(0)) server.close();
  });

  it("names the port that is in use, before anything is started", async () => {
    const [port] = await freePorts(1);
    const server = createServer();
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
    const starting = LocalCluster.start(specOf(1, port!), join(tmpdir(), "never-made"), {}, () => {});
    // Others on this machine may have the next one.
    await expect(starting).rejects.toThrow(
      new RegExp(`^port .*\\b${port}\\b.* of the loopback interface is in use`),
    );
  });

  it("says what to install where there is no Java", async () => {
    await expect(findJava({ JAVA_HOME: "/nowhere" })).rejects.toThrow(
      "there is no usable /nowhere/bin/java on this machine; install a JDK of version 17 or newer",
    );
  });

  it("listens on the loopback interface only, with copies on all brokers and one that may be missing", () => {
    const spec = specOf(3, 9092);
    const properties = brokerProperties(spec, spec.brokers[1]!, "/data").split("\n");
    expect(properties).toEqual(
      expect.arrayContaining([
        "node.id=2",
        "listeners=CLIENT://127.0.0.1:9094,CONTROLLER://127.0.0.1:9095",
        "advertised.listeners=CLIENT://127.0.0.1:9094",
        "controller.quorum.voters=1@127.0.0.1:9093,2@127.0.0.1:9095,3@127.0.0.1:9097",
        "default.replication.factor=3",
        "min.insync.replicas=2",
        "log.dirs=/data/data-2",
      ]),
    );
  });

  it("in containers publishes each broker on the loopback interface, from a pinned image", () => {
    const { name, services } = composeFile(specOf(3, 9092), "cluster");
    expect(name).toBe("magpie-kafka");
    expect(Object.entries(services).map(([service, { image, ports }]) => [service, image, ports])).toEqual([
      ["kafka-1", "apache/kafka:4.4.0", ["127.0.0.1:9092:9092"]],
      ["kafka-2", "apache/kafka:4.4.0", ["127.0.0.1:9094:9094"]],
      ["kafka-3", "apache/kafka:4.4.0", ["127.0.0.1:9096:9096"]],
    ]);
    expect(services["kafka-2"]?.environment).toEqual({
      CLUSTER_ID: "cluster",
      KAFKA_NODE_ID: 2,
      KAFKA_PROCESS_ROLES: "broker,controller",
      KAFKA_CONTROLLER_QUORUM_VOTERS: "1@kafka-1:29093,2@kafka-2:29093,3@kafka-3:29093",
      KAFKA_LISTENERS: "CLIENT://:9094,BROKER://:29092,CONTROLLER://:29093",
      KAFKA_ADVERTISED_LISTENERS: "CLIENT://127.0.0.1:9094,BROKER://kafka-2:29092",
      KAFKA_LISTENER_SECURITY_PROTOCOL_MAP: "CLIENT:PLAINTEXT,BROKER:PLAINTEXT,CONTROLLER:PLAINTEXT",
      KAFKA_INTER_BROKER_LISTENER_NAME: "BROKER",
      KAFKA_CONTROLLER_LISTENER_NAMES: "CONTROLLER",
      KAFKA_DEFAULT_REPLICATION_FACTOR: 3,
      KAFKA_MIN_INSYNC_REPLICAS: 2,
      KAFKA_OFFSETS_TOPIC_REPLICATION_FACTOR: 3,
      KAFKA_TRANSACTION_STATE_LOG_REPLICATION_FACTOR: 3,
      KAFKA_TRANSACTION_STATE_LOG_MIN_ISR: 2,
      KAFKA_AUTO_CREATE_TOPICS_ENABLE: "false",
      KAFKA_GROUP_INITIAL_REBALANCE_DELAY_MS: 0,
    });
  });
});
