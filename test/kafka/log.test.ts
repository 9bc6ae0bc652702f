import { randomUUID } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { silentLogger } from "../../src/core/silent-logger.ts";
import { openKafkaLog } from "../../src/log/kafka/kafka-log.ts";
import { describeLogContract } from "../log/contract.ts";
import { configFor, sharedCluster } from "./harness.ts";

describeLogContract(
  "Kafka",
  async () => {
    const cluster = await sharedCluster();
    const snapshots = await mkdtemp(join(tmpdir(), "magpie-snapshots-"));
    const open = () =>
      openKafkaLog({
        kafka: configFor(cluster),
        name: "contract",
        snapshots,
        maxRecordBytes: 1 << 20,
        logger: silentLogger,
        now: Date.now,
        uuid: randomUUID,
      });
    let log = await open();
    return {
      log,
      capabilities: { totalOrder: false, promptRetention: false, denseOffsets: false, waitsForTopics: false },
      async reopen() {
        await log.close();
        log = await open();
        return log;
      },
      async dispose() {
        await log.close();
        await rm(snapshots, { recursive: true, force: true });
      },
    };
  },
  3,
);
