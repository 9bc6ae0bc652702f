import { randomUUID } from "node:crypto";
import type { CliDeps, StopSignal } from "./deps.ts";

const signals: readonly StopSignal[] = ["SIGINT", "SIGTERM"];

/** The real process: what the composition root and the demo run commands with. */
export const processDeps: CliDeps = {
  env: process.env,
  stdin: process.stdin,
  stdout: process.stdout,
  stderr: process.stderr,
  now: Date.now,
  clock: () => performance.now(),
  random: Math.random,
  onSignal(listener) {
    for (const signal of signals) process.on(signal, listener);
    return () => {
      for (const signal of signals) process.off(signal, listener);
    };
  },
  exit: (status) => process.exit(status),
  // Loaded when needed: `--help` and a mistyped command shall not wait for a store.
  async openLog(config, logger) {
    if (config.log.kind === "embedded") {
      const { openEmbeddedLog } = await import("../log/embedded/open-embedded-log.ts");
      return openEmbeddedLog({ path: config.log.path, sync: config.log.sync, now: Date.now });
    }
    const { openConfiguredKafka } = await import("./open-configured-kafka.ts");
    return openConfiguredKafka(config, config.log, { logger, now: Date.now, uuid: randomUUID });
  },
};
