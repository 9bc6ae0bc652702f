import { type DestinationStream, pino } from "pino";
import type { Logger } from "../core/plugin.ts";
import type { LogLevel } from "./log-level.ts";

/** A logger that writes one JSON object a line. Whatever is called `apiKey`, `authorization` or `password` is left out. */
export function createLogger(level: LogLevel, destination: DestinationStream, now: () => number): Logger {
  const logger = pino(
    {
      level,
      base: null,
      timestamp: () => `,"time":"${new Date(now()).toISOString()}"`,
      formatters: { level: (label) => ({ level: label }) },
      redact: ["apiKey", "*.apiKey", "authorization", "*.authorization", "password", "*.password"],
    },
    destination,
  );
  return {
    debug: (message, fields) => logger.debug(fields ?? {}, message),
    info: (message, fields) => logger.info(fields ?? {}, message),
    warn: (message, fields) => logger.warn(fields ?? {}, message),
    error: (message, fields) => logger.error(fields ?? {}, message),
  };
}
