import { setTimeout as sleep } from "node:timers/promises";
import type { DestinationStream } from "pino";
import type { Config } from "../config/config.ts";
import type { Log } from "../log/log.ts";
import type { CliContext } from "./cli-context.ts";

/** Reads the configuration. Throws MGP_CONFIG_NOT_FOUND and MGP_CONFIG_INVALID with every mistake. */
export async function readConfig(cli: CliContext): Promise<Config> {
  // Loaded when needed, like everything heavy: `--help` and a mistyped command answer at once.
  const [{ loadConfig }, { builtins }] = await Promise.all([
    import("../config/load-config.ts"),
    import("../builtins.ts"),
  ]);
  return loadConfig(cli.configFile, { env: cli.deps.env, builtins });
}

// A store that could not be written, as on a full disk, may never finish closing. By then everything was said and is on disk.
const longestCloseMs = 2_000;

/** Gives `body` the configuration and its log, and closes the log afterwards. What the log has to tell goes to `destination`. */
export async function withLog<T>(
  cli: CliContext,
  body: (config: Config, log: Log) => Promise<T>,
  destination: DestinationStream = { write: (line) => void cli.deps.stderr.write(line) },
): Promise<T> {
  const config = await readConfig(cli);
  const { createLogger } = await import("./create-logger.ts");
  const log = await cli.deps.openLog(config, createLogger(cli.logLevel, destination, cli.deps.now));
  let result: T;
  try {
    result = await body(config, log);
  } catch (error) {
    // Why it failed matters more than that the log cannot be closed after it.
    await closeSoon(log).catch(() => {});
    throw error;
  }
  await closeSoon(log);
  return result;
}

async function closeSoon(log: Log): Promise<void> {
  const waiting = new AbortController();
  const enough = sleep(longestCloseMs, undefined, { signal: waiting.signal }).catch(() => {});
  try {
    await Promise.race([log.close(), enough]);
  } finally {
    waiting.abort();
  }
}
