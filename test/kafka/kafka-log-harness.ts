import { randomUUID } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { silentLogger } from "../../src/core/silent-logger.ts";
import { type KafkaLogOptions, openKafkaLog } from "../../src/log/kafka/kafka-log.ts";
import type { Log } from "../../src/log/log.ts";
import { configFor, sharedCluster } from "./harness.ts";

/** A log on the shared cluster, with snapshots of its own. */
export async function kafkaLogOptions(over: Partial<KafkaLogOptions> = {}): Promise<KafkaLogOptions> {
  return {
    kafka: configFor(await sharedCluster()),
    name: "test",
    snapshots: await mkdtemp(join(tmpdir(), "magpie-snapshots-")),
    maxRecordBytes: 1 << 20,
    logger: silentLogger,
    now: Date.now,
    uuid: randomUUID,
    ...over,
  };
}

export async function withKafkaLog(
  body: (log: Log, options: KafkaLogOptions) => Promise<void>,
  over: Partial<KafkaLogOptions> = {},
): Promise<void> {
  const options = await kafkaLogOptions(over);
  const log = await openKafkaLog(options);
  try {
    await body(log, options);
  } finally {
    await log.close();
    await rm(options.snapshots, { recursive: true, force: true });
  }
}
