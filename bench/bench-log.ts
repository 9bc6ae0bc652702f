import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { builtins } from "../src/builtins.ts";
import type { Config } from "../src/config/config.ts";
import { loadConfig } from "../src/config/load-config.ts";
import type { JsonObject } from "../src/core/json.ts";
import { openEmbeddedLog } from "../src/log/embedded/open-embedded-log.ts";
import type { Log } from "../src/log/log.ts";

/** The topic that is filled before a measurement. */
export const sourceTopic = "sample.raw";

/** The topic that the floor writes. */
export const floorTopic = "floor.written";

/**
 * Opens an embedded log in `folder` under a configuration of one pipeline with the given stages and every other setting
 * at its default, gives both to `body`, and closes the log.
 */
export async function withBenchLog<T>(
  folder: string,
  stages: readonly JsonObject[],
  body: (log: Log, config: Config) => Promise<T>,
): Promise<T> {
  mkdirSync(folder, { recursive: true });
  const file = join(folder, "magpie.yaml");
  const pipelines = { curate: { from: sourceTopic, to: "sample.curated", stages } };
  // JSON is YAML.
  writeFileSync(file, JSON.stringify({ version: 1, topics: { [floorTopic]: {} }, pipelines }));
  const config = await loadConfig(file, { env: {}, builtins });
  if (config.log.kind !== "embedded") throw new TypeError("the bench's log is embedded by default");
  const log = await openEmbeddedLog({ path: config.log.path, sync: config.log.sync, now: Date.now });
  try {
    for (const [topic, settings] of Object.entries(config.topics)) await log.topics.ensure(topic, settings);
    return await body(log, config);
  } finally {
    await log.close();
  }
}
