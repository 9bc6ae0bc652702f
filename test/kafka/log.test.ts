import { rm } from "node:fs/promises";
import { openKafkaLog } from "../../src/log/kafka/kafka-log.ts";
import { describeLogContract } from "../log/contract.ts";
import { kafkaLogOptions } from "./kafka-log-harness.ts";

describeLogContract(
  "Kafka",
  async () => {
    const options = await kafkaLogOptions();
    let log = await openKafkaLog(options);
    return {
      log,
      capabilities: {
        totalOrder: false,
        promptRetention: false,
        denseOffsets: false,
        waitsForTopics: false,
      },
      async reopen() {
        await log.close();
        log = await openKafkaLog(options);
        return log;
      },
      async dispose() {
        await log.close();
        await rm(options.snapshots, { recursive: true, force: true });
      },
    };
  },
  10,
);
