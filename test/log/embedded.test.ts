import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openEmbeddedLog } from "../../src/log/embedded/open-embedded-log.ts";
import { describeLogContract } from "./contract.ts";

for (const sync of ["commit", "background"] as const)
  describeLogContract(`embedded (sync: ${sync})`, async () => {
    const path = await mkdtemp(join(tmpdir(), "magpie-log-"));
    const open = () => openEmbeddedLog({ path, sync, now: () => 1_700_000_000_000 });
    let log = await open();
    return {
      log,
      capabilities: { totalOrder: true, promptRetention: true, denseOffsets: true, waitsForTopics: true },
      async reopen() {
        await log.close();
        log = await open();
        return log;
      },
      async dispose() {
        await log.close();
        await rm(path, { recursive: true });
      },
    };
  });
