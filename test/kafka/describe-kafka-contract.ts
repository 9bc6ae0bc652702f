import { rm } from "node:fs/promises";
import { type KafkaLogOptions, openKafkaLog } from "../../src/log/kafka/kafka-log.ts";
import { describeLogContract } from "../log/contract.ts";

/** What every log must do, on a cluster. Each test has options of its own. */
export function describeKafkaContract(name: string, makeOptions: () => Promise<KafkaLogOptions>): void {
  describeLogContract(
    name,
    async () => {
      const options = await makeOptions();
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
}
