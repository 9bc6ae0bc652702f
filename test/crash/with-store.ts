import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { SyncPolicy } from "../../src/config/config.ts";
import { openEmbeddedLog } from "../../src/log/embedded/open-embedded-log.ts";
import type { Log } from "../../src/log/log.ts";

/** Opens the store in `folder` beside whoever else has it open. */
export async function withStore<T>(
  folder: string,
  sync: SyncPolicy,
  body: (log: Log) => Promise<T>,
): Promise<T> {
  const path = join(folder, "store");
  await mkdir(path, { recursive: true });
  const log = await openEmbeddedLog({ path, sync, now: Date.now });
  try {
    return await body(log);
  } finally {
    await log.close();
  }
}
