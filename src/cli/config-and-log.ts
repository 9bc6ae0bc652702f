import { builtins } from "../builtins.ts";
import type { Config } from "../config/config.ts";
import { loadConfig } from "../config/load-config.ts";
import type { Log } from "../log/log.ts";
import type { CliContext } from "./cli-context.ts";

/** Reads the configuration. Throws MGP_CONFIG_NOT_FOUND and MGP_CONFIG_INVALID with every mistake. */
export function readConfig(cli: CliContext): Promise<Config> {
  return loadConfig(cli.configFile, { env: cli.deps.env, builtins });
}

/** Gives `body` the configuration and its log, and closes the log afterwards. */
export async function withLog<T>(
  cli: CliContext,
  body: (config: Config, log: Log) => Promise<T>,
): Promise<T> {
  const config = await readConfig(cli);
  const log = await cli.deps.openLog(config.log);
  try {
    return await body(config, log);
  } finally {
    await log.close();
  }
}
