import { createMemoryLog } from "../../src/log/memory/memory-log.ts";
import { MemoryStore } from "../../src/log/memory/memory-store.ts";
import { describeLogContract } from "./contract.ts";

describeLogContract("memory", async () => {
  const store = new MemoryStore();
  let log = createMemoryLog({ store });
  return {
    log,
    capabilities: { totalOrder: true, promptRetention: true, denseOffsets: true, waitsForTopics: true },
    async reopen() {
      await log.close();
      log = createMemoryLog({ store });
      return log;
    },
    dispose: () => log.close(),
  };
});
