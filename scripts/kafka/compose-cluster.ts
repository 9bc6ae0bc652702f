import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { BrokerSpec, ClusterSpec } from "./cluster-spec.ts";
import { kafkaVersions } from "./kafka-versions.ts";
import { hasFailed, runProgram } from "./run-program.ts";
import { SetupError } from "./setup-error.ts";

const file = "compose.json";

/** Whether a container engine answers. */
export async function engineAnswers(): Promise<boolean> {
  return !hasFailed(await runProgram("docker", ["info"]));
}

/** Brokers in containers, described by a file in `folder`. */
export const composeCluster = {
  async start(spec: ClusterSpec, folder: string): Promise<void> {
    await mkdir(folder, { recursive: true });
    await writeFile(
      join(folder, file),
      JSON.stringify(composeFile(spec, randomBytes(16).toString("base64url"))),
    );
    await compose(folder, ["up", "--detach", "--wait"]);
  },

  /** Whether a cluster was started in `folder`. */
  exists(folder: string): boolean {
    return existsSync(join(folder, file));
  },

  async remove(folder: string): Promise<void> {
    await compose(folder, ["down", "--volumes"]);
    await rm(folder, { recursive: true, force: true });
  },
};

/** One service a broker: clients come over the first listener's port, brokers reach each other by service name. */
export function composeFile(spec: ClusterSpec, clusterId: string) {
  const service = (id: number) => `kafka-${id}`;
  const replicas = Math.min(3, spec.brokers.length);
  const serviceOf = ({ id, listeners: [{ port }] }: BrokerSpec) => ({
    image: `apache/kafka:${kafkaVersions[spec.version]}`,
    ports: [`127.0.0.1:${port}:${port}`],
    environment: {
      CLUSTER_ID: clusterId,
      KAFKA_NODE_ID: id,
      KAFKA_PROCESS_ROLES: "broker,controller",
      KAFKA_CONTROLLER_QUORUM_VOTERS: spec.brokers.map((b) => `${b.id}@${service(b.id)}:29093`).join(),
      KAFKA_LISTENERS: `CLIENT://:${port},BROKER://:29092,CONTROLLER://:29093`,
      KAFKA_ADVERTISED_LISTENERS: `CLIENT://127.0.0.1:${port},BROKER://${service(id)}:29092`,
      KAFKA_LISTENER_SECURITY_PROTOCOL_MAP: "CLIENT:PLAINTEXT,BROKER:PLAINTEXT,CONTROLLER:PLAINTEXT",
      KAFKA_INTER_BROKER_LISTENER_NAME: "BROKER",
      KAFKA_CONTROLLER_LISTENER_NAMES: "CONTROLLER",
      KAFKA_DEFAULT_REPLICATION_FACTOR: replicas,
      KAFKA_MIN_INSYNC_REPLICAS: Math.max(1, replicas - 1),
      KAFKA_OFFSETS_TOPIC_REPLICATION_FACTOR: replicas,
      KAFKA_TRANSACTION_STATE_LOG_REPLICATION_FACTOR: replicas,
      KAFKA_TRANSACTION_STATE_LOG_MIN_ISR: Math.max(1, replicas - 1),
      KAFKA_AUTO_CREATE_TOPICS_ENABLE: "false",
      KAFKA_GROUP_INITIAL_REBALANCE_DELAY_MS: 0,
    },
    healthcheck: {
      test: ["CMD", "/opt/kafka/bin/kafka-broker-api-versions.sh", "--bootstrap-server", `127.0.0.1:${port}`],
      interval: "3s",
      timeout: "20s",
      retries: 30,
    },
  });
  const services = Object.fromEntries(spec.brokers.map((broker) => [service(broker.id), serviceOf(broker)]));
  return { name: "magpie-kafka", services };
}

async function compose(folder: string, args: readonly string[]): Promise<void> {
  const result = await runProgram("docker", ["compose", "--file", join(folder, file), ...args]);
  if (hasFailed(result))
    throw new SetupError(
      `docker compose ${args[0]}: ${result.kind === "failed" ? result.output : "not found"}`,
    );
}
