import { readFileSync } from "node:fs";
import {
  AclOperationTypes,
  AclPermissionTypes,
  AclResourceTypes,
  Kafka,
  ResourcePatternTypes,
} from "kafkajs";
import { beforeAll, describe, expect, it } from "vitest";
import { keyStore } from "../../scripts/kafka/key-store.ts";
import type { LocalCluster } from "../../scripts/kafka/local-cluster.ts";
import { KafkaAdmin } from "../../src/log/kafka/kafka-admin.ts";
import type { KafkaConfig, SaslConfig } from "../../src/log/kafka/kafka-config.ts";
import { PartitionReader } from "../../src/log/kafka/partition-reader.ts";
import {
  bufferBytes,
  configFor,
  makeTopic,
  never,
  openProducer,
  plenty,
  readAll,
  record,
  sharedCluster,
  stockKafka,
  stockOptions,
  unique,
  values,
  write,
} from "./harness.ts";
import { users } from "./test-cluster.ts";

const mechanisms = ["plain", "scram-sha-256", "scram-sha-512"] as const;

describe("a secured listener", () => {
  let cluster: LocalCluster;
  let ca: string;

  beforeAll(async () => {
    cluster = await sharedCluster();
    ca = readFileSync(keyStore.certificate(cluster.folder), "utf8");
  });

  const as = (user: keyof typeof users, mechanism: SaslConfig["mechanism"] = "plain"): KafkaConfig => ({
    ...configFor(cluster, "SASL"),
    sasl: { mechanism, username: users[user].name, password: users[user].password },
  });

  it("with TLS is used when its certificate is trusted", async () => {
    const config = { ...configFor(cluster, "TLS"), tls: { ca } };
    const admin = await KafkaAdmin.open(config);
    await expect(admin.list()).resolves.toBeInstanceOf(Array);
    await admin.close();
    const distrustful = KafkaAdmin.open({ ...config, tls: {} });
    await expect(distrustful).rejects.toMatchObject({ code: "MGP_LOG_AUTHENTICATION" });
  });

  it.each(mechanisms)("with SASL %s lets us read and write, over TLS too", async (mechanism) => {
    const plain = as("admin", mechanism);
    const topic = await makeTopic(plain);
    await write(plain, topic, 0, ["a"]);
    const encrypted = { ...plain, brokers: cluster.addresses("SASL_TLS"), tls: { ca } };
    await write(encrypted, topic, 0, ["b"]);
    expect(values(await readAll(encrypted, topic))).toEqual(["a", "b"]);
    expect(values(await readAll(plain, topic))).toEqual(["a", "b"]);
  });

  it.each(mechanisms)("with SASL %s refuses a wrong password, and no error tells it", async (mechanism) => {
    const password = "not-the-password";
    const config = { ...as("admin"), sasl: { mechanism, username: "admin", password } };
    const error: unknown = await openProducer(config).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: "MGP_LOG_AUTHENTICATION" });
    for (let layer = error; layer instanceof Error; layer = layer.cause)
      expect(`${layer.stack}${JSON.stringify(layer)}`).not.toContain(password);
    await expect(KafkaAdmin.open(config)).rejects.toMatchObject({ code: "MGP_LOG_AUTHENTICATION" });
  });

  it("tells a user without rights what is not allowed", async () => {
    const config = as("alice");
    const topic = await makeTopic(as("admin"));
    await expect(openProducer(config)).rejects.toMatchObject({ code: "MGP_LOG_UNAUTHORIZED" });
    const { username, password } = config.sasl!;
    const sasl = { mechanism: "plain", username, password } as const;
    const stock = new Kafka({ ...stockOptions(config.brokers), sasl }).producer({
      transactionalId: unique("stock"),
    });
    await stock.connect();
    // KafkaJS does not say why.
    await expect(stock.transaction()).rejects.toThrow("Failed to find group coordinator");
    await stock.disconnect();
    const reading = PartitionReader.open(config, [{ topic, partition: 0, offset: 0n }], bufferBytes);
    await expect(reading).rejects.toMatchObject({ code: "MGP_LOG_UNAUTHORIZED" });
    const admin = await KafkaAdmin.open(config);
    await expect(admin.create(unique("mine"), 1, {})).rejects.toMatchObject({ code: "MGP_LOG_UNAUTHORIZED" });
    await admin.close();
  });

  it("tells a user who may look at a topic, but not read or write it", async () => {
    const config = as("alice");
    const topic = await makeTopic(as("admin"));
    const transactionalId = unique("writer");
    await allow(AclResourceTypes.TOPIC, topic, AclOperationTypes.DESCRIBE);
    await allow(AclResourceTypes.TRANSACTIONAL_ID, transactionalId, AclOperationTypes.ALL);
    const reader = await PartitionReader.open(config, [{ topic, partition: 0, offset: 0n }], bufferBytes);
    await expect(reader.read(plenty, never)).rejects.toMatchObject({ code: "MGP_LOG_UNAUTHORIZED" });
    await reader.close();
    const producer = await openProducer(config, { transactionalId });
    await producer.begin();
    await expect(producer.send(topic, 0, [record("a")])).rejects.toMatchObject({
      code: "MGP_LOG_UNAUTHORIZED",
    });
  });

  async function allow(resourceType: AclResourceTypes, resourceName: string, operation: AclOperationTypes) {
    const admin = stockKafka(cluster.addresses()).admin();
    await admin.connect();
    const principal = `User:${users.alice.name}`;
    const whom = { principal, host: "*", permissionType: AclPermissionTypes.ALLOW };
    const what = { resourceType, resourceName, resourcePatternType: ResourcePatternTypes.LITERAL, operation };
    await admin.createAcls({ acl: [{ ...whom, ...what }] });
    await admin.disconnect();
    // Each broker learns of it a moment later.
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
});
