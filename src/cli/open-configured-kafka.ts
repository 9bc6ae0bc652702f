import { readFile } from "node:fs/promises";
import type { Config, KafkaLogConfig } from "../config/config.ts";
import { MagpieError, messageOf } from "../core/errors.ts";
import type { KafkaConfig } from "../log/kafka/kafka-config.ts";
import { type KafkaLogOptions, openKafkaLog } from "../log/kafka/kafka-log.ts";
import type { Log } from "../log/log.ts";

/** Opens the cluster that a configuration names. Throws MGP_CONFIG_INVALID for a PEM file that cannot be read. */
export async function openConfiguredKafka(
  { name, limits }: Config,
  log: KafkaLogConfig,
  deps: Pick<KafkaLogOptions, "logger" | "now" | "uuid" | "probe">,
): Promise<Log> {
  return openKafkaLog({
    kafka: await kafkaConfig(log),
    name,
    snapshots: log.path,
    compression: log.compression,
    maxRecordBytes: limits.maxRecordBytes,
    ...deps,
  });
}

async function kafkaConfig({ brokers, clientId, tls, sasl }: KafkaLogConfig): Promise<KafkaConfig> {
  return {
    brokers,
    clientId,
    ...(tls === undefined ? {} : { tls: await readTls(tls) }),
    ...(sasl === undefined ? {} : { sasl }),
  };
}

async function readTls({
  ca,
  certificate,
  key,
}: NonNullable<KafkaLogConfig["tls"]>): Promise<NonNullable<KafkaConfig["tls"]>> {
  return {
    ...(ca === undefined ? {} : { ca: await pem(ca) }),
    ...(certificate === undefined || key === undefined
      ? {}
      : { client: { certificate: await pem(certificate), key: await pem(key) } }),
  };
}

async function pem(file: string): Promise<string> {
  try {
    return await readFile(file, "utf8");
  } catch (cause) {
    throw new MagpieError("MGP_CONFIG_INVALID", `log.tls: ${file} cannot be read: ${messageOf(cause)}`, {
      cause,
    });
  }
}
