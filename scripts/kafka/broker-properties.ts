import { join } from "node:path";
import type { BrokerSpec, ClusterSpec, Listener, Security } from "./cluster-spec.ts";
import { keyStore } from "./key-store.ts";

const host = "127.0.0.1";

/** The properties file of one broker, which is a controller too. `folder` holds the cluster's files. */
export function brokerProperties(spec: ClusterSpec, broker: BrokerSpec, folder: string): string {
  const replicas = Math.min(3, spec.brokers.length);
  const inSync = Math.max(1, replicas - 1);
  const { listeners, controllerPort } = broker;
  const entries = {
    "process.roles": "broker,controller",
    "node.id": broker.id,
    "controller.quorum.voters": spec.brokers.map((b) => `${b.id}@${host}:${b.controllerPort}`).join(),
    listeners: [...listeners.map(address), `CONTROLLER://${host}:${controllerPort}`].join(),
    "advertised.listeners": listeners.map(advertised).join(),
    "listener.security.protocol.map": [
      ...listeners.map(({ name, protocol }) => `${name}:${protocol}`),
      "CONTROLLER:PLAINTEXT",
    ].join(),
    "inter.broker.listener.name": listeners[0].name,
    "controller.listener.names": "CONTROLLER",
    "log.dirs": join(folder, `data-${broker.id}`),
    "default.replication.factor": replicas,
    "min.insync.replicas": inSync,
    "offsets.topic.replication.factor": replicas,
    "offsets.topic.num.partitions": 4,
    "transaction.state.log.replication.factor": replicas,
    "transaction.state.log.min.isr": inSync,
    "transaction.state.log.num.partitions": 4,
    "auto.create.topics.enable": false,
    // What takes minutes on a real cluster shall take a second here.
    "broker.session.timeout.ms": 4000,
    "broker.heartbeat.interval.ms": 500,
    "group.initial.rebalance.delay.ms": 0,
    "group.min.session.timeout.ms": 1000,
    "transaction.abort.timed.out.transaction.cleanup.interval.ms": 1000,
    "log.cleaner.backoff.ms": 500,
    "log.cleaner.dedupe.buffer.size": 16_777_216,
    "log.initial.task.delay.ms": 500,
    "log.retention.check.interval.ms": 1000,
    ...(spec.security === undefined ? {} : securityEntries(spec.security, listeners, folder)),
  };
  return Object.entries(entries)
    .map(([name, value]) => `${name}=${value}\n`)
    .join("");
}

function address({ name, port }: Listener): string {
  return `${name}://${host}:${port}`;
}

function advertised({ name, port, advertised }: Listener): string {
  return `${name}://${host}:${advertised ?? port}`;
}

function securityEntries(security: Security, listeners: readonly Listener[], folder: string) {
  const entries: Record<string, string> = {
    "authorizer.class.name": "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
    // Who comes over a PLAINTEXT listener has no name; brokers and controllers do.
    "super.users": ["ANONYMOUS", ...security.superUsers].map((user) => `User:${user}`).join(";"),
    "ssl.keystore.type": "PKCS12",
    "ssl.keystore.location": keyStore.path(folder),
    "ssl.keystore.password": keyStore.password,
    "ssl.key.password": keyStore.password,
  };
  for (const { name, protocol } of listeners) {
    if (!protocol.startsWith("SASL")) continue;
    const prefix = `listener.name.${name.toLowerCase()}`;
    const users = security.users.map((user) => ` user_${user.name}="${user.password}"`).join("");
    const module = (kind: string) => `org.apache.kafka.common.security.${kind}LoginModule required`;
    entries[`${prefix}.sasl.enabled.mechanisms`] = "PLAIN,SCRAM-SHA-256,SCRAM-SHA-512";
    entries[`${prefix}.plain.sasl.jaas.config`] = `${module("plain.Plain")}${users};`;
    entries[`${prefix}.scram-sha-256.sasl.jaas.config`] = `${module("scram.Scram")};`;
    entries[`${prefix}.scram-sha-512.sasl.jaas.config`] = `${module("scram.Scram")};`;
  }
  return entries;
}
